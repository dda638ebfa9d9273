"""Headers of age files: stanzas of known and unknown kinds, in the grammar and beside it."""

import base64
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from keys.age import raw_base64
from keys.age.header import Header, Stanza, encode_header, parse_header
from keys.age.primitives import FileKey
from keys.errors import AgeError, AgeHeaderError
from tests.hostile.alterations import altered
from tests.hostile.soundness import CANARY, Reader

_FILE_KEY: Final = FileKey(bytes(16))
_WORDS: Final = st.sampled_from(("X25519", "mlkem768x25519", "scrypt", CANARY, "grease", "~"))
_SHARES: Final = st.binary(min_size=32, max_size=32).map(raw_base64.encode).map(bytes.decode)
_BODIES: Final = st.one_of(
    st.binary(min_size=32, max_size=32), st.sampled_from((b"", bytes(48), bytes(96), bytes(97)))
)
# Spare bits of the code, padding, other ends of the last line.
_ENDS: Final = (b"B\n", b"z\n", b"/\n", b"A=\n", b"A\r\n", b"A \n", b"A\n\n", b"A")


@st.composite
def _headers(draw: DrawFn) -> bytes:
    arguments = st.lists(_WORDS | _SHARES, max_size=2).map(tuple)
    stanzas = draw(st.lists(st.builds(Stanza, _WORDS, arguments, _BODIES), max_size=4))
    text = encode_header(stanzas, _FILE_KEY)
    return text[:-2] + draw(st.sampled_from((text[-2:], text[-2:], *_ENDS)))


def _agrees(header: Header, document: bytes) -> bool:
    """Write the header again, its code as it stands."""
    written = encode_header(header.stanzas, _FILE_KEY)
    authenticated = written[: written.rindex(b" ")]
    mac = b" " + raw_base64.encode(header.mac) + b"\n"
    return authenticated == header.authenticated and authenticated + mac == document


AGE: Final = Reader("age header", altered(_headers()), parse_header, AgeError, _agrees)


def _counting_on_an_argument(document: bytes) -> Any:
    """Plant: a stanza's argument is looked at before it is known to have one."""
    for line in document.split(b"\n"):
        if line.startswith(b"->"):
            _ = line.split(b" ")[2]
    return parse_header(document)


def _naming_the_stanza(document: bytes) -> Any:
    """Plant: a malformed header is refused with its first stanza."""
    try:
        return parse_header(document)
    except AgeHeaderError:
        raise AgeHeaderError(f"mal formé : {document.splitlines()[1:2]!r}") from None


def _forgiving_base64(document: bytes) -> Any:
    """Plant: the code is decoded by a library that passes over padding and spare bits."""
    head, mark, code = document.rpartition(b"--- ")
    try:
        mac = base64.b64decode(code.strip() + b"==")
    except ValueError:
        return parse_header(document)
    return parse_header(head + mark + raw_base64.encode(mac) + b"\n")


PLANTED: Final = [
    Reader(plant.__doc__ or "", AGE.documents, plant, AGE.refusals, AGE.agrees)
    for plant in (_counting_on_an_argument, _naming_the_stanza, _forgiving_base64)
]
