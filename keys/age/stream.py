"""The payload of an age file: chunks of 64 KiB, each authenticated (C2SP age.md, "Payload")."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from keys.age.primitives import FileKey, derive_key
from keys.errors import AgeHeaderError, AgePayloadError

CHUNK_BYTES = 64 * 1024
_TAG_BYTES = 16
_SEALED_CHUNK_BYTES = CHUNK_BYTES + _TAG_BYTES
_PAYLOAD_NONCE_BYTES = 16
# Sixteen chunks a read and a write: measured a fifth faster than one at a time.
_BATCH_CHUNKS = 16
_MORE_FOLLOW = b"\x00"
_FINAL = b"\x01"


class ByteSink(Protocol):
    """Where ciphertext goes: a binary file, or what counts and digests on the way to one.

    It keeps no reference to what it is given: the buffer is used again.
    """

    def write(self, data: bytes | memoryview, /) -> int:
        """Write everything; give how many bytes."""
        ...


class PayloadWriter:
    """Encrypts a payload as it comes. Needs 2 MiB, whatever its length."""

    def __init__(self, destination: ByteSink, file_key: FileKey) -> None:
        """Write the nonce of the payload, drawn here.

        ``destination`` writes all it is given and keeps no reference to it: the same
        buffer is used again.
        """
        nonce = secrets.token_bytes(_PAYLOAD_NONCE_BYTES)
        self._cipher = _payload_cipher(file_key, nonce)
        self._destination = destination
        self._plaintext = memoryview(bytearray(_BATCH_CHUNKS * CHUNK_BYTES))
        self._sealed = memoryview(bytearray(_BATCH_CHUNKS * _SEALED_CHUNK_BYTES))
        self._filled = 0
        self._counter = 0
        destination.write(nonce)

    def write(self, data: bytes) -> None:
        """Take plaintext of any length."""
        rest = memoryview(data)
        while rest:
            if self._filled == len(self._plaintext):
                self._seal(is_end=False)
            taken = rest[: len(self._plaintext) - self._filled]
            self._plaintext[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            rest = rest[len(taken) :]

    def finish(self) -> None:
        """Write what is left, the last chunk marked as final."""
        self._seal(is_end=True)

    def _seal(self, *, is_end: bool) -> None:
        sealed_bytes = 0
        # An empty payload is one empty chunk; no other payload has one, for the buffer is
        # emptied only when more comes.
        for start in range(0, max(self._filled, 1), CHUNK_BYTES):
            chunk = self._plaintext[start : min(start + CHUNK_BYTES, self._filled)]
            is_final = is_end and start + CHUNK_BYTES >= self._filled
            sealed = self._sealed[sealed_bytes : sealed_bytes + len(chunk) + _TAG_BYTES]
            nonce = _chunk_nonce(self._counter, _FINAL if is_final else _MORE_FOLLOW)
            sealed_bytes += self._cipher.encrypt_into(nonce, chunk, None, sealed)
            self._counter += 1
        self._destination.write(self._sealed[:sealed_bytes])
        self._filled = 0


def read_payload(source: BinaryIO, file_key: FileKey) -> Iterator[bytes]:
    """Give the plaintext chunk by chunk, each authentic when it is given.

    Only an iterator that ends without an error has given the whole payload. Raises
    ``AgeHeaderError`` here when the nonce is cut; the iterator raises ``AgePayloadError``.
    """
    nonce = _read(source, _PAYLOAD_NONCE_BYTES)
    if len(nonce) != _PAYLOAD_NONCE_BYTES:
        raise AgeHeaderError("le fichier age s'arrête avant son contenu")
    return _open_chunks(source, _payload_cipher(file_key, nonce))


def _open_chunks(source: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    is_final = False
    for counter, sealed in enumerate(_sealed_chunks(source)):
        if is_final:
            raise AgePayloadError("le contenu du fichier age est suivi d'autre chose")
        plaintext, is_final = _open_chunk(cipher, counter, sealed)
        if plaintext:
            yield plaintext
        elif counter:
            raise AgePayloadError("le contenu du fichier age finit par un bloc vide")
    if not is_final:
        raise AgePayloadError("le contenu du fichier age est coupé")


def _open_chunk(cipher: ChaCha20Poly1305, counter: int, sealed: memoryview) -> tuple[bytes, bool]:
    if len(sealed) == _SEALED_CHUNK_BYTES:
        with suppress(InvalidTag):  # a whole chunk may still be the final one
            return cipher.decrypt(_chunk_nonce(counter, _MORE_FOLLOW), sealed, None), False
    try:
        return cipher.decrypt(_chunk_nonce(counter, _FINAL), sealed, None), True
    except InvalidTag:
        raise AgePayloadError("le contenu du fichier age est altéré ou coupé") from None


def _sealed_chunks(source: BinaryIO) -> Iterator[memoryview]:
    while batch := memoryview(_read(source, _BATCH_CHUNKS * _SEALED_CHUNK_BYTES)):
        for start in range(0, len(batch), _SEALED_CHUNK_BYTES):
            yield batch[start : start + _SEALED_CHUNK_BYTES]


def _read(source: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes, fewer only at the end: pipes and sockets give less at a time."""
    data = source.read(size)
    while len(data) < size and (more := source.read(size - len(data))):
        data += more
    return data


def _payload_cipher(file_key: FileKey, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derive_key(file_key.secret, salt=nonce, info=b"payload"))


def _chunk_nonce(counter: int, finality: bytes) -> bytes:
    # The payload key serves one file, and its chunks are counted: no nonce comes twice
    # before 2^88 chunks.
    return counter.to_bytes(11, "big") + finality
