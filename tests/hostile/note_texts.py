"""Signed notes, checkpoints, verifier keys and proofs: texts that have one form each."""

import base64
import binascii
import hashlib
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.errors import InvalidCheckpointError, InvalidProofError
from exchange.audit.proofs import Proof, format_proof, parse_proof
from keys.errors import InvalidNoteError
from keys.notes import NoteVerifier, decode_note
from tests.hostile.alterations import altered
from tests.hostile.soundness import CANARY, Reader
from tests.unit.keys.public_notes import REKOR_KEY, REKOR_NOTE

_ORIGIN: Final = f"{CANARY}.example/journal"
_HASHES: Final = st.binary(min_size=32, max_size=32) | st.sampled_from((b"", bytes(31)))
_COUNTS: Final = st.integers(0, 2**53) | st.sampled_from((10**15, 10**16, 10**400))
_LINE: Final = "— "


_CHECKPOINTS: Final = st.builds(Checkpoint, st.sampled_from((_ORIGIN, "")), _COUNTS, _HASHES)
_TEXTS: Final = _CHECKPOINTS.map(Checkpoint.text)


@st.composite
def _notes(draw: DrawFn) -> bytes:
    """Draw a signed note, with signatures of others before and a form beside the form."""
    text, _, signature = REKOR_NOTE.rpartition("\n\n")
    others = draw(st.lists(st.binary(max_size=80), max_size=3))
    lines = [f"{_LINE}{CANARY} {base64.b64encode(other).decode()}\n" for other in others]
    note = f"{text}\n\n{''.join(lines)}{signature}"
    if draw(st.integers(0, 2)) == 0:
        note = note.replace("\n", draw(st.sampled_from(("\r\n", "=\n", " \n", "\n\n", "\u2028"))))
    return note.encode()


@st.composite
def _respelt_notes(draw: DrawFn) -> bytes:
    """Draw a signed note whose signature has other spare bits, or other padding."""
    bare = REKOR_NOTE.rstrip("=\n")
    last, padding = draw(st.sampled_from("jklmn")), draw(st.sampled_from(("", "=", "==")))
    return f"{bare[:-1]}{last}{padding}\n".encode()


def _read_note(document: bytes) -> str:
    return NoteVerifier.parse(REKOR_KEY).verify(decode_note(document))


def _has_one_form(text: str, document: bytes) -> bool:
    """Write the note again from its text and what its signature lines mean."""
    signatures = document.decode().removeprefix(f"{text}\n")
    lines = [line.removeprefix(_LINE).split(" ") for line in signatures.splitlines()]
    written = [f"{_LINE}{name} {_canonical(encoded)}\n" for name, encoded in lines]
    return f"{text}\n{''.join(written)}".encode() == document


def _canonical(encoded: str) -> str:
    return base64.b64encode(base64.b64decode(f"{encoded}==")).decode()


def _is_its_text(verifier: NoteVerifier, document: bytes) -> bool:
    key_id = hashlib.sha256(verifier.public_key).hexdigest()[:8]
    encoded = base64.b64encode(b"\x02" + verifier.public_key).decode()
    return f"{verifier.name}+{key_id}+{encoded}".encode("utf-8", "surrogateescape") == document


def _proofs() -> st.SearchStrategy[bytes]:
    paths = st.lists(_HASHES, max_size=3).map(tuple)
    notes = st.deferred(_notes).map(bytes.decode)
    return st.builds(Proof, _COUNTS, paths, notes).map(format_proof).map(str.encode)


NOTE: Final = Reader(
    "signed note", altered(_notes()) | _respelt_notes(), _read_note, InvalidNoteError, _has_one_form
)
NOTES: Final = (
    NOTE,
    Reader(
        "checkpoint",
        altered(_TEXTS.map(str.encode)),
        lambda document: Checkpoint.parse(decode_note(document)),
        (InvalidCheckpointError, InvalidNoteError),
        lambda checkpoint, document: checkpoint.text().encode() == document,
    ),
    Reader(
        "proof",
        altered(_proofs()),
        lambda document: parse_proof(decode_note(document)),
        (InvalidProofError, InvalidNoteError),
        lambda proof, document: format_proof(proof).encode() == document,
    ),
    Reader(
        "verifier key",
        altered(st.just(REKOR_KEY.encode())),
        lambda document: NoteVerifier.parse(document.decode("utf-8", "surrogateescape")),
        InvalidNoteError,
        _is_its_text,
    ),
)


def _counting_on_an_empty_line(document: bytes) -> Any:
    """Plant: text and signatures are parted before they are known to be two."""
    _, signatures = decode_note(document).rsplit("\n\n", 1)
    return _read_note(document) if signatures else None


def _naming_the_signers(document: bytes) -> Any:
    """Plant: a note that is refused is refused with its signature lines."""
    try:
        return _read_note(document)
    except InvalidNoteError:
        raise InvalidNoteError(f"note refusée : {document[-200:]!r}") from None


def _forgiving_base64(document: bytes) -> Any:
    """Plant: signature lines are decoded by a library that passes over padding and spare bits."""
    text, mark, signatures = decode_note(document).rpartition("\n\n")
    lines = []
    for line in signatures.splitlines():
        start, _, encoded = line.rpartition(" ")
        try:
            lines.append(f"{start} {_canonical(encoded)}\n")
        except (binascii.Error, ValueError):
            return _read_note(document)
    return _read_note(f"{text}{mark}{''.join(lines)}".encode())


PLANTED: Final = [
    Reader(plant.__doc__ or "", NOTE.documents, plant, NOTE.refusals, NOTE.agrees)
    for plant in (_counting_on_an_empty_line, _naming_the_signers, _forgiving_base64)
]
