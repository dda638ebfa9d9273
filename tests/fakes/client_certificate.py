"""A caller's client certificate, its key beside it, as ``requests`` and ``curl`` take them."""

import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from keys.seal import self_signed

# From before the day of the homes of the tests until after the day they run on.
_BEGUN = datetime(2022, 1, 1, tzinfo=UTC)
_ENDS = datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """Where certificate and key are, in PEM."""

    certificate: Path
    key: Path

    @property
    def pair(self) -> tuple[str, str]:
        """The two paths."""
        return str(self.certificate), str(self.key)

    @property
    def header(self) -> dict[str, str]:
        """What a proxy says of it; so can anybody who ever saw the certificate."""
        return {"X-Client-Certificate": quote(self.certificate.read_text("ascii"), safe="")}

    @property
    def digest(self) -> str:
        """The SHA-256 of its DER, in hex."""
        der = ssl.PEM_cert_to_DER_cert(self.certificate.read_text("ascii"))
        return hashlib.sha256(der).hexdigest()


def client_certificate(
    folder: Path, name: str = "machine", ends: datetime = _ENDS
) -> ClientCertificate:
    """Draw a key, and sign its certificate with itself."""
    drawn = self_signed(name, _BEGUN, ends)
    made = ClientCertificate(folder / f"{name}.pem", folder / f"{name}.key")
    made.certificate.write_bytes(drawn.certificate.pem)
    made.key.write_bytes(drawn.private_key_pem())
    return made
