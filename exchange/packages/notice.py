"""``LISEZMOI.txt``: what the ministry's agent does with a package, in plain French."""

from datetime import date

from schemas.agreement import Agreement
from schemas.manifest import Manifest

_POST_QUANTUM_PREFIX = "age1pq1"


def notice_text(manifest: Manifest, agreement: Agreement) -> str:
    """Write the notice of one package."""
    recipient = agreement.recipient(manifest.recipient)
    is_post_quantum = recipient.encryption_key.startswith(_POST_QUANTUM_PREFIX)
    paragraphs = [
        *(["ESSAI — CE PAQUET NE CONTIENT PAS DE VRAIES PERSONNES."] if manifest.trial else []),
        f"Paquet de {manifest.sender}\npour {manifest.recipient_name}",
        f"Convention {manifest.agreement}, échéance {manifest.deadline}, révision "
        f"{manifest.revision}.\nInstruction : {manifest.instruction}. Données arrêtées au "
        f"{_day(manifest.cut_off)}.\n{manifest.row_count} lignes.",
        *(_UNDECLARED if manifest.undeclared else ()),
        _CHECK.format(fingerprint=manifest.sender_certificate),
        _OPEN.format(
            version="1.3 ou plus récente" if is_post_quantum else "1.0 ou plus récente",
            key=manifest.recipient_fingerprint,
        ),
        _SPREADSHEET,
        _ANSWER,
        f"5. DÉTRUIRE\nAu plus tard le {_day(manifest.destroy_by)} : le fichier ouvert, ce paquet, "
        "et toutes leurs copies.\nDéclarez-le ensuite au Département (réponse de nature "
        "« destruction »).",
        f"QUI APPELER\n{agreement.sender.name} : {agreement.sender.contact}\n"
        f"Délégué à la protection des données : {agreement.sender.dpo_contact}",
    ]
    return "\r\n\r\n".join(text.replace("\n", "\r\n") for text in paragraphs) + "\r\n"


_UNDECLARED = (
    "ATTENTION : personne n'avait déclaré ces données complètes à la date d'envoi ; la convention "
    "prévoit qu'elles partent quand même. Une révision peut suivre.",
)
_CHECK = """\
1. VÉRIFIER AVANT D'OUVRIR
Ce paquet est signé par le cachet du Département, dont le certificat vous a été remis par un
autre canal. Son empreinte SHA-256 :
{fingerprint}
Le README de spie-exchange donne les commandes (openssl, unzip) qui vérifient la signature et
chaque fichier ; « spie-exchange open » fait tout à la fois. Si la vérification échoue,
n'ouvrez rien et appelez."""
_OPEN = """\
2. OUVRIR
Avec age, version {version} (https://age-encryption.org), ou « spie-exchange open ».
La clé qui ouvre a pour empreinte : {key}"""
_SPREADSHEET = """\
3. LIRE DANS UN TABLEUR
N'ouvrez pas le CSV d'un double-clic : importez-le (Données > À partir d'un fichier texte),
en UTF-8, séparateur point-virgule, toutes les colonnes en TEXTE. Sinon les codes postaux
perdent leur zéro et les téléphones leur +."""
_ANSWER = """\
4. RÉPONDRE
Accusez réception : « spie-exchange acknowledge », ou les commandes du README. Une ligne
inutilisable se rejette par son numéro (1 pour la première personne) ou par sa référence si
la colonne existe, avec un code ; jamais en citant la personne."""


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"
