"""Proof that one event is in the log, as one text that is checked offline.

The format is C2SP ``tlog-proof@v1``, without its optional ``extra`` line: the leaf is the
event's canonical bytes, handed over beside the proof.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final

from exchange.audit.checkpoints import Checkpoint, open_checkpoint
from exchange.audit.errors import InvalidProofError
from exchange.audit.log import EvidenceRows
from exchange.audit.merkle import inclusion_path, leaf_hash, verify_inclusion
from exchange.errors import RefusedError
from keys.notes import NoteVerifier

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = "index "
_INDEX_DIGITS: Final = 16
_MAX_CHARACTERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Proof:
    """Which leaf, the way from it up to the root, and the signed checkpoint of that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str


def prove(rows: EvidenceRows, index: int, checkpoint: str) -> str:
    """Prove that event ``index`` is under a checkpoint that this log has just signed.

    Raises ``RefusedError`` when the checkpoint does not reach the event, and
    ``InvalidProofError`` when the stored tree would not give a valid proof.
    """
    signed = Checkpoint.of_note(checkpoint)
    if not 0 <= index < signed.size:
        raise RefusedError(
            f"le journal n'a pas d'événement {index}",
            f"les événements vont de 0 à {signed.size - 1} : spie-exchange audit list",
        )
    path = inclusion_path(index, signed.size, rows.node)
    verify_inclusion(leaf_hash(rows.event(index)), index, signed.size, path, signed.root)
    return format_proof(Proof(index, path, checkpoint))


def format_proof(proof: Proof) -> str:
    """Write a proof (C2SP tlog-proof, "Format")."""
    path = [b64encode(other).decode() for other in proof.path]
    return "\n".join((_HEADER, f"{_INDEX}{proof.index}", *path, "", proof.checkpoint))


def parse_proof(text: str) -> Proof:
    """Read a proof, whose truth is ``verify_proof``'s affair.

    Raises ``InvalidProofError`` for every text that ``format_proof`` does not make.
    """
    if len(text) > _MAX_CHARACTERS:
        raise _malformed()
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    digits = lines[1].removeprefix(_INDEX) if len(lines) > 1 else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _INDEX_DIGITS):
        raise _malformed()
    try:
        path = tuple(b64decode(line, validate=True) for line in lines[2:])
    except (Base64Error, ValueError):
        raise _malformed() from None
    proof = Proof(int(digits), path, checkpoint)
    if format_proof(proof) != text:
        raise _malformed()
    return proof


def verify_proof(text: str, event: bytes, verifier: NoteVerifier, origin: str) -> Checkpoint:
    """Check, offline, that an event is in the log called ``origin``; give the checkpoint.

    (1) The proof is in the one form. (2) Its checkpoint is signed by the log's key and
    speaks of this log. (3) The path leads from the event's own bytes, at its index, to the
    checkpoint's root. Raises ``InvalidProofError`` or ``InvalidCheckpointError``.
    """
    proof = parse_proof(text)  # (1)
    checkpoint = open_checkpoint(proof.checkpoint, verifier, origin)  # (2)
    leaf = leaf_hash(event)
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)  # (3)
    return checkpoint


def _malformed() -> InvalidProofError:
    return InvalidProofError(
        "ce fichier n'est pas une preuve tlog-proof@v1 de ce journal",
        "demandez la preuve de nouveau, et copiez le fichier sans l'ouvrir",
    )
