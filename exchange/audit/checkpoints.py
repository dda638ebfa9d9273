"""Checkpoints: the log's head, signed, and kept where the log's owner cannot take it back.

A checkpoint is a C2SP signed note (``tlog-checkpoint``): origin, size, root; extension lines
are refused, for ours has none. Kept copies: the file outside the home, every package's
manifest, and what the recipients repeat in their acknowledgements.
"""

import os
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from exchange.audit.errors import CorruptTreeError, InvalidCheckpointError
from exchange.audit.log import EvidenceRows
from exchange.audit.merkle import HASH_BYTES, root_at
from exchange.errors import ConfigurationError, RetryLaterError
from keys.durable_files import sync_folder
from keys.errors import InvalidNoteError
from keys.notes import NoteSigner, NoteVerifier
from keys.patient_locks import lock_patiently
from keys.system_errors import lacks_space, system_sentence, system_way_out

_LINES: Final = 3
_SIZE_DIGITS: Final = 16
_SEPARATOR: Final = b"\n\n"
_END_BYTES: Final = 1 << 12
# After the signatures of the note before, a text of three lines, its signatures, and what is torn.
_END: Final = re.compile(
    rb"\n\xe2\x80\x94 [^\n]+\n\n"
    rb"(?P<entry>(?!\xe2\x80\x94)(?:[^\n]+\n){3}\n(?:\xe2\x80\x94 [^\n]+\n)+\n)"
    rb"(?:[^\n]+\n)*(?:\n(?:[^\n]+\n)*)?[^\n]*\Z"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log called ``origin``: how many events, and their tree's root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Give the note's text (C2SP tlog-checkpoint, "Note text")."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def of_note(cls, note: str) -> Self:
        """Read a signed note whose signature is the caller's affair, as ``parse`` reads a text."""
        return cls.parse(note.partition("\n\n")[0] + "\n")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text, whose signature is the caller's affair.

        Raises ``InvalidCheckpointError`` for every text that ``text`` does not make.
        """
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or not lines[0]:
            raise _invalid()
        try:
            checkpoint = cls(lines[0], _size(lines[1]), b64decode(lines[2], validate=True))
        except (Base64Error, ValueError):
            raise _invalid() from None
        if len(checkpoint.root) != HASH_BYTES or checkpoint.text() != text:
            raise _invalid()
        return checkpoint


def current_checkpoint(
    rows: EvidenceRows, origin: str, signer: NoteSigner, previous: Checkpoint | None = None
) -> str:
    """Sign the head of the log; give the note.

    With ``previous``, the last one signed, refuses to sign a tree that does not begin with
    it: a log must not sign two checkpoints that contradict each other (tlog-checkpoint).
    Raises ``CorruptTreeError``.
    """
    frontier = rows.head().frontier
    if previous is not None:
        _require_prefix(rows, frontier.size, previous)
    return signer.sign(Checkpoint(origin, frontier.size, frontier.root()).text())


def require_continued(rows: EvidenceRows, previous: Checkpoint) -> None:
    """Raise ``CorruptTreeError`` when the log no longer begins with a checkpoint's tree."""
    _require_prefix(rows, rows.head().frontier.size, previous)


def _require_prefix(rows: EvidenceRows, size: int, previous: Checkpoint) -> None:
    if previous.size > size or root_at(previous.size, rows.node) != previous.root:
        raise CorruptTreeError(
            "le journal des preuves ne prolonge plus son dernier point de contrôle signé",
            "n'écrivez plus rien dans ce dossier ; lancez : spie-exchange audit verify",
        )


def open_checkpoint(note: str, verifier: NoteVerifier, origin: str) -> Checkpoint:
    """Read a checkpoint of the log called ``origin``. Raises ``InvalidCheckpointError``.

    (1) The note bears a valid signature of the log's key. (2) Its text is a checkpoint,
    in the one form. (3) It speaks of this log.
    """
    try:
        text = verifier.verify(note)  # (1)
    except InvalidNoteError:
        raise _invalid() from None
    checkpoint = Checkpoint.parse(text)  # (2)
    if checkpoint.origin != origin:  # (3)
        raise _invalid()
    return checkpoint


class CheckpointFile:
    """The notes kept outside the home: each followed by one empty line, appended only.

    The text of a checkpoint has no empty line, so a note has exactly one, before its
    signatures, and the file can be split again: text, signatures, text, signatures.
    What a power cut left of a note after the last whole one is no note: it is not read,
    and the next one takes its place.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self._path = path

    def create(self) -> None:
        """Make the empty file, once. Raises ``ConfigurationError``."""
        with _translated(self._path):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.close(descriptor)
            sync_folder(self._path.parent)

    def append(self, note: str) -> None:
        """Keep a note, on disk when this returns; a head that is the last kept is not repeated.

        Raises ``ConfigurationError``: a file that is missing is not made anew, since the
        checkpoints it held are what the log is held against; ``RetryLaterError`` when the
        disk is full.
        """
        with _translated(self._path), self._path.open("r+b") as file:
            lock_patiently(file)
            last, end = _last_whole(file)
            entry = f"{note}\n".encode()
            if _text(last) == _text(entry):
                return
            file.seek(end)
            file.truncate()
            file.write(entry)
            file.flush()
            os.fsync(file.fileno())

    def read_last(self) -> tuple[str, ...]:
        """Give the newest note alone, unverified, where there is one.

        Only the end of the file is read: it is asked for at each act, and the file grows.
        Raises ``ConfigurationError``.
        """
        with _translated(self._path), self._path.open("rb") as file:
            last, _ = _last_whole(file)
        return (_note(last),) if last else ()

    def read_all(self) -> tuple[str, ...]:
        """Give every note kept, the oldest first, unverified. Raises ``ConfigurationError``."""
        with _translated(self._path):
            entries = _split(self._path.read_bytes())
        return tuple(map(_note, entries))

    def reading(self) -> Iterator[str]:
        """Give what ``read_all`` does, and read nothing before the first is asked for."""
        yield from self.read_all()


def _last_whole(file: BinaryIO) -> tuple[bytes, int]:
    """Give the last whole entry, empty for none, and where in the file it ends.

    What ends the file is read as a text and its signatures, the beginning of the one after it
    perhaps torn. Whatever else it is, the file is read from its beginning.
    """
    start = max(0, file.seek(0, os.SEEK_END) - _END_BYTES)
    file.seek(start)
    found = _END.search(file.read())
    if found is not None:
        return found["entry"], start + found.end("entry")
    file.seek(0)
    entries = _split(file.read())
    return (entries[-1] if entries else b""), sum(map(len, entries))


def _note(entry: bytes) -> str:
    # Bytes that are no UTF-8 are replaced: the signature over their note then fails.
    return entry[:-1].decode("utf-8", "replace")


def _split(data: bytes) -> tuple[bytes, ...]:
    blocks = data.split(_SEPARATOR)[:-1]
    pairs = zip(blocks[::2], blocks[1::2], strict=False)  # a torn text stays alone
    return tuple(text + _SEPARATOR + signatures + _SEPARATOR for text, signatures in pairs)


def _text(entry: bytes) -> bytes:
    return entry.partition(_SEPARATOR)[0]


def _size(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _SIZE_DIGITS):
        raise ValueError
    return int(digits)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        sentence = f"le fichier des points de contrôle {path} : {system_sentence(error)}"
        if lacks_space(error):
            raise RetryLaterError(sentence, system_way_out(error)) from None
        raise ConfigurationError(
            sentence,
            "rebranchez ou montez le disque qui le porte, ou restaurez-le de la sauvegarde",
        ) from None


def _invalid() -> InvalidCheckpointError:
    return InvalidCheckpointError(
        "ce point de contrôle n'est pas de ce journal, ou a été modifié",
        "comparez la clé de vérification avec celle que le Département vous a remise",
    )
