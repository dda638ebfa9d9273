"""``docs/audit-events.md``: the catalogue of events, in French, for the DPO."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from exchange.audit.catalogue import CATALOGUE, Details, DetailType

_TYPE_NAMES: Final[Mapping[DetailType, str]] = MappingProxyType(
    {str: "identifiant", int: "nombre", bool: "oui ou non", tuple: "liste d'identifiants"}
)
_INTRODUCTION: Final = """\
# Les événements du journal des preuves

Ce document est engendré depuis `exchange/audit/catalogue.py` ; un test compare les deux.

Chaque événement est un texte JSON canonique (RFC 8785 restreinte) de version 1, dont l'empreinte
SHA-256 est une feuille de l'arbre de Merkle (RFC 6962). Il porte :

| champ | contenu |
|---|---|
| `version` | 1 |
| `kind` | le genre, dans la liste ci-dessous |
| `at` | l'heure de la machine, UTC, à la milliseconde |
| `trial_at` | dans un dossier d'essai seulement : l'heure réglée |
| `actor` | le compte réel du système (`uid`, `name`) ; `sudo_user` en remarque s'il y en a un |
| `outcome` | `begun` (commencé), `done` (fait), `refused` (refusé), `failed` (échoué) |
| `subject` | ce sur quoi porte l'acte : convention, échéance, envoi… (un identifiant) |
| `why` | l'instruction suivie, ou la raison du refus ; peut être vide |
| `details` | les précisions du genre, et aucune autre |

Aucun champ ne contient de donnée directe d'un bénéficiaire : les identifiants sont ceux des
conventions, des échéances, des envois et des clés, les nombres sont des effectifs, les empreintes
celles de documents chiffrés ou sans personne. Le seul renvoi à une personne (`person`) est un
pseudonyme propre au journal, dont la clé finit avec lui.

| genre | ce qui s'est passé | précisions | précisions possibles |
|---|---|---|---|"""


def catalogue_markdown() -> str:
    """Give the document."""
    rows = [
        f"| `{kind}` | {entry.description} | {_named(entry.required)} | {_named(entry.optional)} |"
        for kind, entry in CATALOGUE.items()
    ]
    return "\n".join((_INTRODUCTION, *rows, ""))


def _named(details: Details) -> str:
    return ", ".join(f"`{name}` ({_TYPE_NAMES[kind]})" for name, kind in details.items()) or "—"
