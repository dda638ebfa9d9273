"""DER: signatures and certificates taken apart, altered in one element, and put together."""

import functools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import Final

from cryptography import x509
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from keys.errors import InvalidCertificateError, InvalidSignatureError
from keys.seal import Certificate, load_certificate, require_own_form, verify_detached
from tests.hostile.alterations import altered
from tests.hostile.soundness import Reader

_VECTORS: Final = Path(__file__).parents[1] / "vectors/package"
_CONSTRUCTED: Final = 0x20
_LONG_LENGTH: Final = 0x80
_TAGS: Final = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x17, 0x18, 0x1E, 0x30, 0x31, 0xA0, 0x85)
_TEXT_TAGS: Final = (0x0C, 0x13)
_CONTENTS: Final = (b"", b"\x00", b"\xff" * 9, b"\x01\x01\xff", b"\x80", b"99", bytes(200))


class Length(Enum):
    """How a length is written; DER has the shortest form only."""

    SHORTEST = auto()
    OVERLONG = auto()
    INDEFINITE = auto()


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag, and its content or the elements in it."""

    tag: int
    content: "bytes | tuple[Element, ...]"
    length: Length = Length.SHORTEST


def taken_apart(document: bytes) -> tuple[Element, ...]:
    """Read well-formed DER of one-byte tags."""
    elements = []
    while document:
        tag, size, start = document[0], document[1], 2
        if size >= _LONG_LENGTH:
            start += size - _LONG_LENGTH
            size = int.from_bytes(document[2:start])
        content, document = document[start : start + size], document[start + size :]
        elements.append(Element(tag, taken_apart(content) if tag & _CONSTRUCTED else content))
    return tuple(elements)


def put_together(elements: tuple[Element, ...]) -> bytes:
    """Write elements; an indefinite or overlong length only where one is asked for."""
    return b"".join(map(_written, elements))


def _written(element: Element) -> bytes:
    inner = element.content
    content = inner if isinstance(inner, bytes) else put_together(inner)
    size = len(content)
    match element.length:
        case Length.SHORTEST if size < _LONG_LENGTH:
            head = bytes([size])
        case Length.INDEFINITE:
            head, content = bytes([_LONG_LENGTH]), content + b"\0\0"
        case form:
            octets = size.to_bytes((size.bit_length() + 7) // 8 + (form is Length.OVERLONG))
            head = bytes([_LONG_LENGTH + len(octets)]) + octets
    return bytes([element.tag]) + head + content


@st.composite
def _rebuilt(draw: DrawFn, document: bytes) -> bytes:
    """Draw a document in which one element, anywhere, is not what it was."""
    elements = taken_apart(document)
    path = draw(st.sampled_from([*_paths(elements), *_paths_to_texts(elements)]))
    return put_together(_with_altered(draw, elements, path))


def _paths(elements: tuple[Element, ...]) -> Iterator[tuple[int, ...]]:
    for place, element in enumerate(elements):
        yield (place,)
        if isinstance(element.content, tuple):
            yield from ((place, *path) for path in _paths(element.content))


def _paths_to_texts(elements: tuple[Element, ...]) -> list[tuple[int, ...]]:
    """Give the places of texts, many times over: libraries look at those last."""
    texts = [path for path in _paths(elements) if _at(elements, path).tag in _TEXT_TAGS]
    return texts * 8


def _at(elements: tuple[Element, ...], path: tuple[int, ...]) -> Element:
    place, *rest = path
    element = elements[place]
    inner = element.content
    return _at(inner, tuple(rest)) if rest and isinstance(inner, tuple) else element


def _with_altered(
    draw: DrawFn, elements: tuple[Element, ...], path: tuple[int, ...]
) -> tuple[Element, ...]:
    place, *rest = path
    element = elements[place]
    if rest and isinstance(element.content, tuple):
        content = _with_altered(draw, element.content, tuple(rest))
        changed: tuple[Element, ...] = (Element(element.tag, content),)
    else:
        changed = draw(st.sampled_from(_alternatives(element)))
    return elements[:place] + changed + elements[place + 1 :]


def _alternatives(element: Element) -> list[tuple[Element, ...]]:
    contents = [(Element(element.tag, content),) for content in _CONTENTS]
    tags = [(Element(tag, element.content),) for tag in _TAGS]
    lengths = [(replace(element, length=form),) for form in (Length.OVERLONG, Length.INDEFINITE)]
    return [(), (element, element), *lengths, *contents, *tags]


@functools.cache
def _signed() -> tuple[bytes, bytes, Certificate]:
    """Give the signature of a package made once, what it signs, and its certificate."""
    with zipfile.ZipFile(_VECTORS / "good-x25519.asice") as package:
        signature = package.read("META-INF/signature.p7s")
        content = package.read("META-INF/ASiCManifest.xml")
    return signature, content, load_certificate((_VECTORS / "sender.pem").read_bytes())


def _hostile(document: bytes) -> SearchStrategy[bytes]:
    return _rebuilt(document) | altered(st.just(document))


def _read_signature(document: bytes) -> None:
    _, content, pinned = _signed()
    require_own_form(document, content, verify_detached(document, content, pinned))


def _is_the_one_signature(_value: None, document: bytes) -> bool:
    return document == _signed()[0]


def _read_certificate(document: bytes) -> Certificate:
    certificate = load_certificate(document)
    _ = certificate.subject, certificate.issuer_and_serial_number, certificate.not_after
    return certificate


def _is_its_der(certificate: Certificate, document: bytes) -> bool:
    return certificate.der == document


SIGNATURE: Final = Reader(
    "signature",
    st.deferred(lambda: _hostile(_signed()[0])),
    _read_signature,
    InvalidSignatureError,
    _is_the_one_signature,
)
CERTIFICATE: Final = Reader(
    "X.509 certificate",
    st.deferred(lambda: _hostile(_signed()[2].der)),
    _read_certificate,
    InvalidCertificateError,
    _is_its_der,
)


def _passing_over_what_follows(document: bytes) -> None:
    """Plant: bytes behind the signature are cut off before it is read."""
    size = 4 + int.from_bytes(document[2:4])
    _read_signature(document[:size])


def _looking_inside_first(document: bytes) -> None:
    """Plant: the certificate inside is looked at before the signature is known to be one."""
    (message,) = taken_apart(document)
    if isinstance(message.content, bytes) or isinstance(message.content[1].content, bytes):
        raise InvalidSignatureError
    _read_signature(document)


def _naming_the_cause(document: bytes) -> None:
    """Plant: which step failed is said, and what it failed on."""
    try:
        _read_signature(document)
    except InvalidSignatureError as error:
        raise InvalidSignatureError("mal signé") from error


def _leaving_the_names_for_later(document: bytes) -> Certificate:
    """Plant: the library parses a certificate's names when they are asked for, and not before."""
    try:
        parsed = x509.load_der_x509_certificate(document)
    except (ValueError, x509.InvalidVersion):
        raise InvalidCertificateError from None
    _ = parsed.subject, parsed.issuer
    return _read_certificate(document)


PLANTED: Final = [
    *(
        Reader(
            plant.__doc__ or "", SIGNATURE.documents, plant, SIGNATURE.refusals, SIGNATURE.agrees
        )
        for plant in (_passing_over_what_follows, _looking_inside_first, _naming_the_cause)
    ),
    Reader(
        _leaving_the_names_for_later.__doc__ or "",
        CERTIFICATE.documents,
        _leaving_the_names_for_later,
        CERTIFICATE.refusals,
        CERTIFICATE.agrees,
    ),
]
