"""Whole age files: write one for its recipients, open one with a private key.

An age file, written here, keeps these properties:

1. The file key and the nonce of the payload are fresh for each file.
2. Recipients are all of one kind: one classical key would undo the post-quantum ones.
3. A file not closed in order is one that no reader takes for whole.
4. No nonce comes twice under one key (``keys.age.stream`` counts the chunks).

An age file, opened here, gives these assurances:

5. Nothing is decrypted before the whole header is shown to be the sender's own.
6. Every byte given is authentic and in its place.
7. The end is an end: a file that is cut, or followed by anything, raises.
8. A form that is left out on purpose is said to be so, not taken for damage.
"""

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Self

from keys.age.header import Header, encode_header, read_header
from keys.age.key_text import Identity, Recipient
from keys.age.primitives import FileKey
from keys.age.stream import ByteSink, PayloadWriter, read_payload
from keys.errors import (
    InvalidRecipientError,
    NoMatchingIdentityError,
    UnsupportedAgeFileError,
)

_SCRYPT_KIND = "scrypt"


class EncryptingWriter:
    """Writes an age file. Leaving its ``with`` by an exception leaves the file cut short."""

    def __init__(self, destination: ByteSink, recipients: Sequence[Recipient]) -> None:
        """Write the header.

        ``destination`` is a buffered binary file, never closed here. Raises
        ``InvalidRecipientError`` when there is no recipient, or they are of two kinds.
        """
        _check_recipients(recipients)  # (2)
        self._file_key = FileKey.generate()  # (1)
        stanzas = [recipient.wrap(self._file_key) for recipient in recipients]
        destination.write(encode_header(stanzas, self._file_key))
        self._payload = PayloadWriter(destination, self._file_key)  # (1) (4)
        self._is_closed = False

    @property
    def file_key(self) -> FileKey:
        """The key of this file, for the publisher to read again what it wrote. Then drop it."""
        return self._file_key

    def write(self, data: bytes) -> None:
        """Encrypt some more. Raises ``ValueError`` once closed."""
        if self._is_closed:
            raise ValueError("write to a closed age file")
        self._payload.write(data)

    def close(self) -> None:
        """Mark the end; without it no reader takes the file for whole (3). Once is enough."""
        if not self._is_closed:
            self._is_closed = True
            self._payload.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        self._is_closed = True  # (3)


def open_for_reading(source: BinaryIO, identities: Iterable[Identity]) -> Iterator[bytes]:
    """Open an age file with the first private key that fits; give its plaintext in chunks.

    Raises, before anything is given: ``UnsupportedAgeFileError``, ``AgeHeaderError``,
    ``NoMatchingIdentityError``, ``AgeMacError``. The iterator raises ``AgePayloadError``:
    what was given is worth nothing until it ends in order.
    """
    header = read_header(source)
    _check_supported(header)  # (8)
    return _open_payload(source, header, _unwrap(header, identities))


def open_with_file_key(source: BinaryIO, file_key: FileKey) -> Iterator[bytes]:
    """Open an age file with its own key; as ``open_for_reading`` otherwise."""
    return _open_payload(source, read_header(source), file_key)


def _open_payload(source: BinaryIO, header: Header, file_key: FileKey) -> Iterator[bytes]:
    header.verify(file_key)  # (5)
    return read_payload(source, file_key)  # (6) (7)


def _check_recipients(recipients: Sequence[Recipient]) -> None:
    if not recipients:
        raise InvalidRecipientError("aucune clé publique : personne ne pourrait ouvrir le fichier")
    if len({type(recipient) for recipient in recipients}) > 1:
        raise InvalidRecipientError(
            "clés classiques et post-quantiques mêlées : un fichier n'a que l'une des deux sortes"
        )


def _check_supported(header: Header) -> None:
    if any(stanza.kind == _SCRYPT_KIND for stanza in header.stanzas):
        raise UnsupportedAgeFileError(
            "fichier age à mot de passe : demandez un fichier chiffré pour une clé publique"
        )


def _unwrap(header: Header, identities: Iterable[Identity]) -> FileKey:
    for identity in identities:
        for stanza in header.stanzas:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    raise NoMatchingIdentityError("aucune de ces clés privées n'ouvre ce fichier")
