"""The sample agreement, filled in for recipients who exist only in a test."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schemas.agreement import recipient_fingerprint, sample_text

SURVEY_RECIPIENTS = ("dgefp", "prestataire-enquete")


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a recipient hands over: its age recipient string, its receipt certificate in PEM."""

    encryption_key: str
    receipt_certificate: str


def public_keys_in(folder: Path) -> PublicKeys:
    """Read what a recipient hands over from the folder of its keys."""
    return PublicKeys(
        encryption_key=(folder / "recipient.txt").read_text("ascii").strip(),
        receipt_certificate=(folder / "receipt-cert.pem").read_text("ascii"),
    )


def filled_sample(recipients: Mapping[str, PublicKeys], approver_certificate: str) -> str:
    """Fill the sample's placeholders, as an operator does with an editor."""
    text = sample_text()
    placeholder = "À REMPLACER : certificat de qui approuve"
    text = text.replace(placeholder, approver_certificate.strip())
    for recipient_id, keys in recipients.items():
        replacements = {
            f"clé publique age de {recipient_id}": keys.encryption_key,
            f"empreinte de la clé de {recipient_id}": recipient_fingerprint(keys.encryption_key),
            f"qui a vérifié l'empreinte de {recipient_id}": "Camille Exemple, RSSI",
            f"certificat des accusés de {recipient_id}": keys.receipt_certificate.strip(),
        }
        for placeholder, value in replacements.items():
            text = text.replace(f"À REMPLACER : {placeholder}", value)
        day = f'"À REMPLACER : jour de la vérification pour {recipient_id}"'
        text = text.replace(day, "2022-12-05")
    leftover = re.findall(r"^[^#\n]*À REMPLACER.*$", text, re.MULTILINE)
    assert leftover == [], leftover
    return text
