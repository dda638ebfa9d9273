"""A recipient's own keys: one that opens, one that answers; written to a folder of theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from exchange.errors import RefusedError
from keys.age import HybridIdentity, X25519Identity
from keys.durable_files import write_new
from keys.seal import self_signed

_VALIDITY: Final = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class CreatedIdentity:
    """What a recipient hands over: its public key, and where its receipt certificate lies."""

    recipient: str
    certificate_path: Path


def create_identity(
    folder: Path, name: str, now: datetime, *, classical: bool, trial: bool
) -> CreatedIdentity:
    """Draw both keys and write them, readable by their owner only.

    ``identity.txt`` and ``receipt-key.pem`` stay; ``recipient.txt`` and
    ``receipt-cert.pem`` are handed over. A trial's certificate is valid from 2020 to 2040.
    Raises ``RefusedError`` when keys are already there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = X25519Identity.generate() if classical else HybridIdentity.generate()
    receipt = self_signed(name) if trial else self_signed(name, now, now + _VALIDITY)
    files = {
        "identity.txt": f"{identity.secret_text()}\n".encode(),
        "recipient.txt": f"{identity.recipient}\n".encode(),
        "receipt-key.pem": receipt.private_key_pem(),
        "receipt-cert.pem": receipt.certificate.pem,
    }
    for file_name in files:
        if (folder / file_name).exists():
            raise RefusedError(
                f"il y a déjà des clés dans {folder}", "donnez un autre dossier à --out"
            )
    for file_name, content in files.items():
        write_new(folder / file_name, content)
    return CreatedIdentity(str(identity.recipient), folder / "receipt-cert.pem")
