"""How an account proves who it is: a token, shown once, or a client certificate.

A token is ``spie_<id>_<secret>``: the id finds it, 256 random bits prove it, and the prefix is
what scanners of published secrets look for. The service keeps the SHA-256 of the secret only:
so many random bits cannot be guessed from it, and need no slow derivation (NIST SP 800-63B,
5.1.2.2, of look-up secrets with 112 bits or more).
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from exchange.accounts.rights import Right

_ID_BYTES: Final = 5
_SECRET_BYTES: Final = 32
_TOKEN: Final = re.compile(r"spie_([a-z2-7]{8})_([a-z2-7]{52})")
FAILURES_ALLOWED: Final = 10
LOCKED_FOR: Final = timedelta(minutes=15)
LONGEST_LIFE: Final = timedelta(days=400)


class CredentialKind(StrEnum):
    """What is shown as a proof."""

    TOKEN = "token"  # noqa: S105 - the word, not one
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Credential:
    """A proof as it is kept: ``digest`` is of a token's secret, or of a certificate's DER.

    ``rights`` are fewer than the role's when the credential is scoped; empty when it is not.
    """

    credential_id: str
    account_id: str
    kind: CredentialKind
    digest: bytes = field(repr=False)
    rights: frozenset[Right]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    failures: int = 0
    locked_until: datetime | None = None

    def is_proven_by(self, digest: bytes) -> bool:
        """Compare in a time that tells nothing of where they differ."""
        return hmac.compare_digest(self.digest, digest)


@dataclass(frozen=True, slots=True)
class Presented:
    """What a caller shows: the id it names, empty for a certificate, and the digest of the rest."""

    credential_id: str
    digest: bytes = field(repr=False)


def new_token() -> tuple[str, Presented]:
    """Make a token: its text, to be shown once, and what is kept of it."""
    token_id = _letters(secrets.token_bytes(_ID_BYTES))
    secret = _letters(secrets.token_bytes(_SECRET_BYTES))
    return f"spie_{token_id}_{secret}", Presented(token_id, _digest(secret))


def presented_token(text: str) -> Presented | None:
    """Read what stands behind ``Authorization: Bearer``; ``None`` when it is no token of ours."""
    matched = _TOKEN.fullmatch(text)
    return None if matched is None else Presented(matched[1], _digest(matched[2]))


def new_credential_id() -> str:
    """Name a credential that has no secret."""
    return _letters(secrets.token_bytes(_ID_BYTES))


def certificate_digest(der: bytes) -> bytes:
    """Give what is kept of a client certificate: the SHA-256 of its DER."""
    return hashlib.sha256(der).digest()


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
