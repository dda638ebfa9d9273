"""What each key is for and what renewing it means, in French; ``docs/keys.md`` says more."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class KeyName(StrEnum):
    """The keys an operator can name: those of the keyring, and two that are not in it."""

    MASTER = "master"
    RECORDS = "records"
    IDENTITY = "identity"
    REFERENCE = "reference"
    PSEUDONYM = "pseudonym"
    CHECKPOINT = "checkpoint"
    SEAL = "seal"
    REQUESTS = "requests"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key: its use, what renewing does, and what the operator does afterwards.

    With ``instead`` it is not renewed by ``keys rotate``: ``renewal`` then says why.
    """

    use: str
    renewal: str
    afterwards: str = ""
    instead: str = ""


KEY_USES: Final[Mapping[KeyName, KeyUse]] = MappingProxyType(
    {
        KeyName.MASTER: KeyUse(
            "envelopper toutes les autres",
            "une nouvelle clé maîtresse enveloppe toutes les clés ; l'ancienne n'ouvre plus rien "
            "de ce dossier, mais ouvre encore d'anciennes copies du trousseau",
            "remplacez aujourd'hui la sauvegarde de la clé maîtresse, et celle du trousseau",
        ),
        KeyName.RECORDS: KeyUse(
            "sceller les lignes des personnes d'une convention",
            "les nouvelles lignes sont scellées sous la nouvelle version ; les anciennes restent "
            "lisibles sous la leur, jusqu'à ce qu'un chargement les change",
            "sauvegardez le trousseau : l'ancienne sauvegarde n'a pas cette clé",
        ),
        KeyName.IDENTITY: KeyUse(
            "retrouver une personne déjà connue",
            "une autre clé ne reconnaîtrait plus aucune personne déjà chargée",
            instead="elle est détruite avec les données de la convention (purge) ; si le trousseau "
            "a fui, renouvelez la clé maîtresse et prévenez le délégué",
        ),
        KeyName.REFERENCE: KeyUse(
            "calculer les références d'un destinataire",
            "les références déjà envoyées ne correspondraient plus à personne",
            instead="une nouvelle convention en donne d'autres ; si le trousseau a fui, "
            "renouvelez la clé maîtresse et prévenez le délégué",
        ),
        KeyName.PSEUDONYM: KeyUse(
            "nommer une personne dans le journal",
            "un nouveau domaine de pseudonymes s'ouvre : le journal ne relie plus une personne "
            "d'avant à la même après",
            "sauvegardez le trousseau : l'ancienne sauvegarde n'a pas cette clé",
        ),
        KeyName.CHECKPOINT: KeyUse(
            "signer les points de contrôle du journal",
            "la clé publique du journal change ; l'ancienne signe encore, avec la nouvelle, "
            "l'arbre qui l'annonce, puis ne vaut plus pour la suite",
            "annoncez la nouvelle clé du journal au délégué et aux destinataires, avec le point de "
            "contrôle signé des deux, et sauvegardez le trousseau",
        ),
        KeyName.SEAL: KeyUse(
            "signer les paquets et les certificats",
            "sa clé se renouvelle avec son certificat, que délivre une autorité",
            instead="spie-exchange seal request, puis seal install ; remettez le nouveau "
            "certificat aux destinataires par un autre canal, empreinte lue au téléphone, avant "
            "le prochain envoi",
        ),
        KeyName.REQUESTS: KeyUse(
            "reconnaître une demande renvoyée à l'API",
            "ce qu'elle calcule s'oublie en un jour, et ne dit rien à qui n'a pas le trousseau",
            instead="si le trousseau a fui, renouvelez la clé maîtresse et prévenez le délégué",
        ),
        KeyName.RECIPIENT: KeyUse(
            "ouvrir les paquets, signer les réponses",
            "ces clés ne sont que chez le destinataire ; la convention n'en a que la part publique",
            instead="il en tire d'autres (spie-exchange identity new), et vous chargez une "
            "nouvelle version de la convention, empreinte relue au téléphone",
        ),
    }
)
