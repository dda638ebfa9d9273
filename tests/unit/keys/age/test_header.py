import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.age.header import Stanza, encode_header, parse_header, read_header
from keys.age.primitives import FileKey
from keys.errors import AgeError, AgeHeaderError, AgeMacError, UnsupportedAgeFileError

_FILE_KEY = FileKey(bytes(range(16)))
_WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=100)
_STANZAS = st.lists(
    st.builds(Stanza, _WORDS, st.lists(_WORDS, max_size=3).map(tuple), st.binary(max_size=200)),
    min_size=1,
    max_size=4,
)
_HEADER = encode_header(
    [Stanza("X25519", ("c2hhcmU",), b"w" * 32), Stanza("grease", (), b"")], _FILE_KEY
)


@given(_STANZAS, st.binary(max_size=50))
def test_any_header_comes_back_and_leaves_the_rest_to_be_read(
    stanzas: list[Stanza], payload: bytes
) -> None:
    source = io.BytesIO(encode_header(stanzas, _FILE_KEY) + payload)

    header = read_header(source)

    header.verify(_FILE_KEY)
    assert header.stanzas == tuple(stanzas)
    assert source.read() == payload


@given(st.binary().map(lambda tail: b"age-encryption.org/v1\n" + tail) | st.binary())
def test_arbitrary_bytes_raise_nothing_but_our_own_errors(content: bytes) -> None:
    with pytest.raises(AgeError):
        read_header(io.BytesIO(content))


@given(st.integers(0, len(_HEADER)), st.integers(0, 12), st.binary(max_size=12).filter(lambda b: b))
def test_a_header_with_bytes_exchanged_is_refused_or_does_not_verify(
    start: int, length: int, replacement: bytes
) -> None:
    altered = _HEADER[:start] + replacement + _HEADER[start + length :]
    if altered[: len(_HEADER)] == _HEADER:
        return

    with pytest.raises(AgeError):
        read_header(io.BytesIO(altered)).verify(_FILE_KEY)


@given(st.integers(0, len(_HEADER) - 1))
def test_a_header_cut_anywhere_is_refused(size: int) -> None:
    with pytest.raises(AgeHeaderError):
        read_header(io.BytesIO(_HEADER[:size]))


def test_a_header_without_stanza_is_refused() -> None:
    with pytest.raises(AgeHeaderError, match="mal formé"):
        parse_header(encode_header([], _FILE_KEY))


def test_a_header_of_another_file_key_does_not_verify() -> None:
    header = parse_header(_HEADER)

    with pytest.raises(AgeMacError, match="altéré"):
        header.verify(FileKey(bytes(16)))


def test_another_version_is_named_as_such() -> None:
    with pytest.raises(AgeHeaderError, match="version 1"):
        parse_header(_HEADER.replace(b"/v1\n", b"/v2\n"))


def test_armor_is_declared_unsupported() -> None:
    with pytest.raises(UnsupportedAgeFileError, match="--armor"):
        read_header(io.BytesIO(b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"))


@pytest.mark.parametrize("line", [b"-> grease\n\n", b"A" * (1 << 21)])
def test_a_header_without_end_is_given_up_after_one_mebibyte(line: bytes) -> None:
    content = b"age-encryption.org/v1\n" + line * ((1 << 21) // len(line))
    source = io.BytesIO(content)

    with pytest.raises(AgeHeaderError, match="mal formé"):
        read_header(source)

    assert source.tell() == 1 << 20


@pytest.mark.parametrize(
    "stanza",
    [
        Stanza("X25519", (), b"w" * 32),
        Stanza("X25519", ("AAAA", "AAAA"), b"w" * 32),
        Stanza("X25519", ("AAAA",), b"w" * 31),
        Stanza("X25519", ("AAAA",), b"w" * 33),
        Stanza("X25519", ("AAA",), b"w" * 32),
        Stanza("X25519", ("AAA=",), b"w" * 32),
        Stanza("X25519", ("AB",), b"w" * 32),
        Stanza("X25519", ("A",), b"w" * 32),
        Stanza("X25519", ("AA*A",), b"w" * 32),
    ],
)
def test_a_share_that_is_not_the_only_canonical_argument_of_its_size_is_refused(
    stanza: Stanza,
) -> None:
    with pytest.raises(AgeHeaderError, match="mal formé"):
        stanza.share(3)
