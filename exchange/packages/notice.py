"""``LISEZMOI.txt``: what the ministry's agent does with a package, in plain French.

It has the line ends of a shell, for its lines are pasted into one; Notepad reads them too.
"""

from datetime import date
from typing import Final

from exchange.packages.naming import package_name, package_stem
from exchange.packages.stock_lines import (
    acknowledging_lines,
    acknowledging_test_lines,
    opening_lines,
)
from schemas.agreement import Agreement
from schemas.manifest import Manifest, TransferKind

_POST_QUANTUM_PREFIX: Final = "age1pq1"


def notice_text(manifest: Manifest, agreement: Agreement) -> str:
    """Write the notice of one package."""
    paragraphs = [
        *_warnings(manifest),
        _subject(manifest),
        _CHECK.format(fingerprint=manifest.sender_certificate),
        _opening(manifest, agreement),
        _SPREADSHEET,
        _ANSWER.format(lines=_acknowledging(manifest)),
        _DESTROY.format(day=_day(manifest.destroy_by)),
        f"QUI APPELER\n{agreement.sender.name} : {agreement.sender.contact}\n"
        f"Délégué à la protection des données : {agreement.sender.dpo_contact}",
    ]
    return "\n\n".join(paragraph.rstrip("\n") for paragraph in paragraphs) + "\n"


def _warnings(manifest: Manifest) -> list[str]:
    trial = ["ESSAI — CE PAQUET NE CONTIENT PAS DE VRAIES PERSONNES."]
    undeclared = [
        "ATTENTION : personne n'avait déclaré ces données complètes à la date d'envoi ; la\n"
        "convention prévoit qu'elles partent quand même. Une révision peut suivre."
    ]
    return (
        (trial if manifest.trial else [])
        + (undeclared if manifest.undeclared else [])
        + _place_among_others(manifest)
    )


def _place_among_others(manifest: Manifest) -> list[str]:
    match manifest.kind:
        case TransferKind.REPLACEMENT if manifest.follows:
            return [_REPLACES.format(digest=manifest.follows)]
        case TransferKind.CORRECTION:
            return [_CORRECTS.format(digest=manifest.follows)]
        case TransferKind.TEST:
            return [_TEST]
        case _:
            return []


def _subject(manifest: Manifest) -> str:
    return (
        f"Paquet de {manifest.sender}\npour {manifest.recipient_name}\n"
        f"Convention {manifest.agreement}, échéance {manifest.deadline}, "
        f"révision {manifest.revision}.\n"
        f"Instruction : {manifest.instruction}. "
        f"Données arrêtées au {_day(manifest.cut_off)}.\n"
        f"Lignes : {manifest.row_count}."
    )


def _opening(manifest: Manifest, agreement: Agreement) -> str:
    key = agreement.recipient(manifest.recipient).encryption_key
    return _OPEN.format(
        version="1.3" if key.startswith(_POST_QUANTUM_PREFIX) else "1.0",
        key=manifest.recipient_fingerprint,
        lines=opening_lines(_name(manifest)),
    )


def _acknowledging(manifest: Manifest) -> str:
    if manifest.kind is TransferKind.TEST:
        return acknowledging_test_lines(_name(manifest))
    return acknowledging_lines(_name(manifest))


def _name(manifest: Manifest) -> str:
    stem = package_stem(
        manifest.agreement, manifest.deadline, manifest.recipient, manifest.revision
    )
    return package_name(stem, trial=manifest.trial)


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


_REPLACES: Final = """\
CE PAQUET EN REMPLACE UN AUTRE, en entier. Détruisez celui-là et ce que vous en avez tiré.
SHA-256 du paquet remplacé : {digest}"""
_CORRECTS: Final = """\
CE PAQUET EN CORRIGE UN AUTRE : ses lignes prennent la place de celles que manifest.json désigne
(corrected_lines : la première ligne d'ici remplace celle du premier numéro, et ainsi de suite).
SHA-256 du paquet corrigé : {digest}"""
_TEST: Final = """\
CE PAQUET VÉRIFIE VOS CLÉS : dix personnes inventées. Ouvrez-le, puis accusez réception avec le
fichier ouvert (« spie-exchange acknowledge PAQUET --opened FICHIER.csv », ou les lignes du point
4) : les vraies données ne partent qu'ensuite."""
_CHECK: Final = """\
1. VÉRIFIER AVANT D'OUVRIR
Ce paquet est signé par le cachet du Département. Son certificat vous a été remis par un autre
canal, avec les commandes qui vérifient et ouvrent : suivez celles-là. Elles sont répétées plus
bas pour mémoire ; un paquet contrefait pourrait en dire d'autres.
Empreinte SHA-256 du certificat, à comparer avec celle que vous détenez :
{fingerprint}
Si la vérification échoue, n'ouvrez rien et appelez."""
_OPEN: Final = """\
2. OUVRIR
Avec « spie-exchange open », ou avec openssl, unzip et age {version} ou plus récent. Dans un même
dossier : ce paquet, le certificat du Département (dept.pem) et votre clé (identity.txt).
La clé qui ouvre a pour empreinte : {key}

{lines}"""
_SPREADSHEET: Final = """\
3. LIRE DANS UN TABLEUR
N'ouvrez pas le fichier CSV d'un double-clic : importez-le (Données > À partir d'un fichier
texte/CSV), en UTF-8, séparateur point-virgule, et donnez à chaque colonne le type TEXTE. Sinon
les codes postaux perdent leur premier zéro et les téléphones leur +."""
_ANSWER: Final = """\
4. RÉPONDRE
Accusez réception avec « spie-exchange acknowledge », ou ainsi (receipt-cert.pem et
receipt-key.pem sont vos clés de réponse), puis renvoyez accuse.p7m au Département :

{lines}
Une ligne inutilisable se rejette par son numéro (1 pour la première personne) ou par sa
référence si la colonne existe, avec un code ; jamais en citant la personne."""
_DESTROY: Final = """\
5. DÉTRUIRE
Au plus tard le {day} : le fichier ouvert, ce paquet, et toutes leurs copies. Déclarez-le ensuite
au Département (réponse de nature « destruction »)."""
