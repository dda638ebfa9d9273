"""Public keys and private keys as people hand them over: one line of text each."""

from keys.age import bech32, hybrid, x25519
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.age.x25519 import X25519Identity, X25519Recipient
from keys.errors import InvalidIdentityError, InvalidRecipientError

Recipient = X25519Recipient | HybridRecipient
Identity = X25519Identity | HybridIdentity

# Notepad writes it at the head of what it saves as UTF-8.
_BYTE_ORDER_MARK = "\ufeff"


def parse_recipient(text: str) -> Recipient:
    """Read a public key, exactly as written: ``str`` of the result is ``text`` again.

    Raises ``InvalidRecipientError``.
    """
    try:
        prefix, public = bech32.decode(text)
        if prefix == x25519.RECIPIENT_PREFIX:
            return X25519Recipient(public)
        if prefix == hybrid.RECIPIENT_PREFIX:
            return HybridRecipient(public)
    except ValueError:
        raise InvalidRecipientError("ce n'est pas une clé publique age valide") from None
    raise InvalidRecipientError("clé publique d'un genre inconnu : age1... ou age1pq1... attendu")


def parse_identities(text: str) -> tuple[Identity, ...]:
    """Read the private keys of an identity file: one a line, ``#`` starts a comment line.

    Raises ``InvalidIdentityError``, which names the line and never what it says.
    """
    lines = text.removeprefix(_BYTE_ORDER_MARK).splitlines()
    identities = tuple(
        _parse_identity(line.strip(), number)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    )
    if not identities:
        raise InvalidIdentityError("aucune clé privée age dans ce fichier")
    return identities


def _parse_identity(text: str, line: int) -> Identity:
    try:
        prefix, secret = bech32.decode(text)
        if prefix == x25519.IDENTITY_PREFIX:
            return X25519Identity(secret)
        if prefix == hybrid.IDENTITY_PREFIX:
            return HybridIdentity(secret)
    except ValueError:
        raise InvalidIdentityError(f"ligne {line} : clé privée age mal formée") from None
    raise InvalidIdentityError(f"ligne {line} : clé privée d'un genre inconnu")
