"""The numbered properties of ``keys.age.files``, and what surrounds them."""

import io
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.age import (
    EncryptingWriter,
    FileKey,
    HybridIdentity,
    Recipient,
    X25519Identity,
    open_for_reading,
    open_with_file_key,
)
from keys.age.header import Stanza, encode_header, read_header
from keys.age.stream import CHUNK_BYTES
from keys.errors import (
    AgeError,
    AgeMacError,
    AgePayloadError,
    InvalidRecipientError,
    NoMatchingIdentityError,
    UnsupportedAgeFileError,
)

AnyIdentity = X25519Identity | HybridIdentity

_CLASSICAL = X25519Identity.generate()
_HYBRID = HybridIdentity.generate()
_SEALED_CHUNK_BYTES = CHUNK_BYTES + 16
_BATCH_BYTES = 16 * CHUNK_BYTES
_AROUND_A_BOUND = st.builds(
    lambda chunks, offset: max(0, chunks * CHUNK_BYTES + offset),
    st.sampled_from([0, 1, 2, 15, 16, 17, 32]),
    st.integers(-2, 2),
)


def _encrypt(plaintext: bytes, recipients: Sequence[Recipient] = (_CLASSICAL.recipient,)) -> bytes:
    destination = io.BytesIO()
    with EncryptingWriter(destination, recipients) as writer:
        writer.write(plaintext)
    return destination.getvalue()


def _decrypt(content: bytes, identity: AnyIdentity = _CLASSICAL) -> bytes:
    return b"".join(open_for_reading(io.BytesIO(content), [identity]))


def _header_bytes(content: bytes) -> int:
    source = io.BytesIO(content)
    read_header(source)
    return source.tell()


def _write_and_interrupt(writer: EncryptingWriter, size: int) -> None:
    with writer:
        writer.write(bytes(size))
        raise KeyboardInterrupt


@pytest.mark.parametrize("identity", [_CLASSICAL, _HYBRID])
def test_a_file_opens_for_its_recipient(identity: AnyIdentity) -> None:
    content = _encrypt(b"Bonjour", [identity.recipient])

    assert _decrypt(content, identity) == b"Bonjour"


@pytest.mark.parametrize("kind", [X25519Identity, HybridIdentity])
def test_a_file_opens_for_each_of_its_recipients_and_for_no_one_else(
    kind: type[AnyIdentity],
) -> None:
    first, second, stranger = kind.generate(), kind.generate(), kind.generate()
    content = _encrypt(b"Bonjour", [first.recipient, second.recipient])

    assert _decrypt(content, first) == _decrypt(content, second) == b"Bonjour"
    with pytest.raises(NoMatchingIdentityError, match="aucune de ces clés"):
        _decrypt(content, stranger)


def test_a_file_opens_with_the_one_key_that_fits_among_several() -> None:
    content = _encrypt(b"Bonjour", [_HYBRID.recipient])

    chunks = open_for_reading(io.BytesIO(content), [_CLASSICAL, X25519Identity.generate(), _HYBRID])

    assert b"".join(chunks) == b"Bonjour"


@settings(deadline=None, max_examples=40)
@given(_AROUND_A_BOUND, st.integers(1000, 3 * CHUNK_BYTES))
def test_a_payload_of_any_length_comes_back_however_it_is_written(size: int, piece: int) -> None:
    plaintext = (bytes(range(251)) * (size // 251 + 1))[:size]
    destination = io.BytesIO()

    with EncryptingWriter(destination, [_CLASSICAL.recipient]) as writer:
        for start in range(0, size, piece):
            writer.write(plaintext[start : start + piece])

    content = destination.getvalue()
    chunks = max(1, -(-size // CHUNK_BYTES))
    assert len(content) == _header_bytes(content) + 16 + size + 16 * chunks
    assert _decrypt(content) == plaintext


def test_1_the_file_key_and_the_nonce_are_fresh_for_each_file() -> None:
    writers = [EncryptingWriter(io.BytesIO(), [_CLASSICAL.recipient]) for _ in range(2)]
    contents = [_encrypt(b"same") for _ in range(2)]

    nonces = [c[_header_bytes(c) : _header_bytes(c) + 16] for c in contents]

    assert writers[0].file_key != writers[1].file_key
    assert nonces[0] != nonces[1]


def test_2_recipients_of_two_kinds_are_refused_before_a_byte_is_written() -> None:
    destination = io.BytesIO()

    with pytest.raises(InvalidRecipientError, match="mêlées"):
        EncryptingWriter(destination, [_CLASSICAL.recipient, _HYBRID.recipient])

    assert not destination.getvalue()


def test_2_a_file_for_nobody_is_refused() -> None:
    with pytest.raises(InvalidRecipientError, match="personne"):
        EncryptingWriter(io.BytesIO(), [])


@pytest.mark.parametrize("size", [0, 7, _BATCH_BYTES, _BATCH_BYTES + 1])
def test_3_a_file_left_by_an_exception_is_whole_for_no_reader(size: int) -> None:
    destination = io.BytesIO()
    writer = EncryptingWriter(destination, [_CLASSICAL.recipient])

    with pytest.raises(KeyboardInterrupt):
        _write_and_interrupt(writer, size)
    writer.close()

    with pytest.raises(AgePayloadError, match="coupé"):
        _decrypt(destination.getvalue())


def test_3_a_file_closed_twice_has_one_end_and_takes_no_more() -> None:
    destination = io.BytesIO()
    writer = EncryptingWriter(destination, [_CLASSICAL.recipient])
    writer.write(b"Bonjour")

    writer.close()
    writer.close()

    with pytest.raises(ValueError, match="closed age file"):
        writer.write(b"encore")
    assert _decrypt(destination.getvalue()) == b"Bonjour"


def test_4_equal_chunks_are_sealed_apart() -> None:
    content = _encrypt(bytes(40 * CHUNK_BYTES))
    payload = content[_header_bytes(content) + 16 :]

    starts = range(0, len(payload), _SEALED_CHUNK_BYTES)
    assert len({payload[start : start + 32] for start in starts}) == len(starts) == 40


def test_5_a_stanza_added_to_the_header_is_found_before_anything_is_given() -> None:
    content = _encrypt(b"Bonjour")
    added = content.replace(b"v1\n", b"v1\n-> grease\n\n", 1)

    with pytest.raises(AgeMacError, match="altéré"):
        open_for_reading(io.BytesIO(added), [_CLASSICAL])


def test_5_the_header_is_verified_with_the_file_key_too() -> None:
    destination = io.BytesIO()
    with EncryptingWriter(destination, [_CLASSICAL.recipient]) as writer:
        writer.write(b"Bonjour")
    destination.seek(0)

    assert b"".join(open_with_file_key(destination, writer.file_key)) == b"Bonjour"
    destination.seek(0)
    with pytest.raises(AgeMacError, match="altéré"):
        open_with_file_key(destination, FileKey.generate())


@pytest.mark.parametrize("identity", [_CLASSICAL, _HYBRID])
def test_6_a_bit_flipped_in_any_byte_is_refused(identity: AnyIdentity) -> None:
    content = bytearray(_encrypt(b"Bonjour", [identity.recipient]))

    for position in range(len(content)):
        content[position] ^= 1 << position % 8
        with pytest.raises(AgeError):
            _decrypt(bytes(content), identity)
        content[position] ^= 1 << position % 8

    assert _decrypt(bytes(content), identity) == b"Bonjour"


def test_6_chunks_out_of_their_place_are_refused() -> None:
    content = _encrypt(bytes(3 * CHUNK_BYTES))
    start = _header_bytes(content) + 16
    first, second = (
        content[start + n * _SEALED_CHUNK_BYTES : start + (n + 1) * _SEALED_CHUNK_BYTES]
        for n in (0, 1)
    )

    with pytest.raises(AgePayloadError, match="altéré"):
        _decrypt(content.replace(first + second, second + first))


def test_6_an_error_of_the_payload_has_no_cause() -> None:
    content = _encrypt(b"Bonjour")

    with pytest.raises(AgePayloadError) as refusal:
        _decrypt(content[:-1])

    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("identity", [_CLASSICAL, _HYBRID])
def test_7_a_file_cut_anywhere_is_refused(identity: AnyIdentity) -> None:
    content = _encrypt(b"Bonjour", [identity.recipient])

    for size in range(len(content)):
        with pytest.raises(AgeError):
            _decrypt(content[:size], identity)


@pytest.mark.parametrize("chunks", [1, 2, 16, 17])
def test_7_a_file_cut_between_two_chunks_is_refused(chunks: int) -> None:
    content = _encrypt(bytes(18 * CHUNK_BYTES))
    size = _header_bytes(content) + 16 + chunks * _SEALED_CHUNK_BYTES

    with pytest.raises(AgePayloadError, match="coupé"):
        _decrypt(content[:size])


@pytest.mark.parametrize("size", [0, 7, CHUNK_BYTES, _BATCH_BYTES])
@pytest.mark.parametrize("added", [b"\n", bytes(16), bytes(_SEALED_CHUNK_BYTES)])
def test_7_a_file_followed_by_anything_is_refused(size: int, added: bytes) -> None:
    content = _encrypt(bytes(size))

    with pytest.raises(AgePayloadError, match=r"altéré|suivi"):
        _decrypt(content + added)


def test_8_a_file_with_a_passphrase_is_declared_unsupported() -> None:
    content = encode_header([Stanza("scrypt", ("c2FsdA", "18"), bytes(32))], FileKey.generate())

    with pytest.raises(UnsupportedAgeFileError, match="mot de passe"):
        open_for_reading(io.BytesIO(content), [_CLASSICAL])


def test_a_file_key_is_hidden_in_its_representation() -> None:
    assert repr(FileKey.generate()) == "FileKey()"


class _Trickle(io.BytesIO):
    """A source that gives a little at a time, as a pipe does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 1000))


def test_a_source_that_gives_a_little_at_a_time_is_read_whole() -> None:
    plaintext = bytes(3 * CHUNK_BYTES)

    chunks = open_for_reading(_Trickle(_encrypt(plaintext)), [_CLASSICAL])

    assert b"".join(chunks) == plaintext


@pytest.mark.parametrize("mebibytes", [4, 32])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, mebibytes: int) -> None:
    path, piece = tmp_path / "large.age", bytes(1 << 20)

    tracemalloc.start()
    with path.open("wb") as file, EncryptingWriter(file, [_CLASSICAL.recipient]) as writer:
        for _ in range(mebibytes):
            writer.write(piece)
    with path.open("rb") as source:
        size = sum(map(len, open_for_reading(source, [_CLASSICAL])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == mebibytes << 20
    assert peak < 5 << 20
