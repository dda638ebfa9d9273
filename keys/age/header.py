"""The header of an age file: its grammar and its authentication code (C2SP age.md, "Header")."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from keys.age import raw_base64
from keys.age.primitives import WRAPPED_FILE_KEY_BYTES, FileKey, derive_key
from keys.errors import AgeHeaderError, AgeMacError, UnsupportedAgeFileError

_VERSION_LINE = b"age-encryption.org/v1\n"
_MAC_MARK = b"---"
_ARMOR_MARK = b"-----"
# age.md, "ABNF definition of file header": stanza and end.
_STANZA = re.compile(
    rb"-> ([!-~]+(?: [!-~]+)*)\n"
    rb"((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)"
)
_END = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")
_BODY_COLUMNS = 64
# The grammar sets no limit. This one keeps a hostile file from filling the memory, and lets
# six hundred post-quantum recipients through.
_MAXIMUM_HEADER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file key wrapped for one recipient; the kind says what the rest means."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes

    def share(self, size: int) -> bytes:
        """Decode the one argument of a native stanza: what the sender's key exchange left.

        Raises ``AgeHeaderError`` unless it is the only one, ``size`` bytes long, and the
        body has the length of a wrapped file key. That length is checked before any
        decryption, against partitioning oracles (age.md, each recipient stanza).
        """
        if len(self.arguments) != 1 or len(self.body) != WRAPPED_FILE_KEY_BYTES:
            raise _malformed()
        share = _decode(self.arguments[0].encode())
        if len(share) != size:
            raise _malformed()
        return share


@dataclass(frozen=True, slots=True)
class Header:
    """A header that follows the grammar. Nothing in it is authentic before ``verify``."""

    stanzas: tuple[Stanza, ...]
    authenticated: bytes
    mac: bytes

    def verify(self, file_key: FileKey) -> None:
        """Raise ``AgeMacError`` unless the header is the one made with this file key."""
        if not hmac.compare_digest(self.mac, _mac(file_key, self.authenticated)):
            raise AgeMacError("l'en-tête du fichier age a été altéré")


def encode_header(stanzas: Iterable[Stanza], file_key: FileKey) -> bytes:
    """Give a header, from its version line to the line of its authentication code."""
    authenticated = _VERSION_LINE + b"".join(map(_encode_stanza, stanzas)) + _MAC_MARK
    return authenticated + b" " + raw_base64.encode(_mac(file_key, authenticated)) + b"\n"


def read_header(source: BinaryIO) -> Header:
    """Read a header and leave ``source`` at the first byte after it. Errors: ``parse_header``."""
    text = bytearray()
    # Only the last line of a header, or the first of an armored file, starts with the mark.
    while not (line := source.readline(_MAXIMUM_HEADER_BYTES - len(text))).startswith(_MAC_MARK):
        if not line.endswith(b"\n"):
            raise _malformed()
        text += line
    return parse_header(bytes(text + line))


def parse_header(text: bytes) -> Header:
    """Take a whole header apart, nothing before it and nothing after.

    Raises ``UnsupportedAgeFileError`` for the first line of an armored file, else
    ``AgeHeaderError``.
    """
    if text.startswith(_ARMOR_MARK):
        raise UnsupportedAgeFileError(
            "fichier age sous forme de texte : demandez le fichier binaire, chiffré sans --armor"
        )
    if not text.startswith(_VERSION_LINE):
        raise AgeHeaderError("ce n'est pas un fichier age de version 1")
    stanzas = []
    position = len(_VERSION_LINE)
    while stanza := _STANZA.match(text, position):
        stanzas.append(_parse_stanza(stanza))
        position = stanza.end()
    end = _END.fullmatch(text, position)
    if not stanzas or end is None:
        raise _malformed()
    return Header(tuple(stanzas), text[: position + len(_MAC_MARK)], _decode(end[1]))


def _parse_stanza(match: re.Match[bytes]) -> Stanza:
    kind, *arguments = match[1].decode("ascii").split(" ")
    return Stanza(kind, tuple(arguments), _decode(match[2].replace(b"\n", b"")))


def _encode_stanza(stanza: Stanza) -> bytes:
    body = raw_base64.encode(stanza.body)
    # One line more than the full ones, which may be empty: a short line ends the body.
    starts = range(0, len(body) + 1, _BODY_COLUMNS)
    lines = (body[start : start + _BODY_COLUMNS] + b"\n" for start in starts)
    return f"-> {' '.join((stanza.kind, *stanza.arguments))}\n".encode() + b"".join(lines)


def _mac(file_key: FileKey, authenticated: bytes) -> bytes:
    key = derive_key(file_key.secret, salt=b"", info=b"header")
    return hmac.digest(key, authenticated, "sha256")


def _decode(text: bytes) -> bytes:
    try:
        return raw_base64.decode(text)
    except ValueError:
        raise _malformed() from None


def _malformed() -> AgeHeaderError:
    return AgeHeaderError("l'en-tête du fichier age est mal formé")
