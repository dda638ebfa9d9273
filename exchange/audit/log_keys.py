"""The keys of one log: the newest signs, and each verifies what was signed while it was in use.

A key hands over to those that follow it by signing the first note of the newest one too:
whoever pinned the old key can check, with it, the tree in which the new ones are announced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exchange.audit.checkpoints import Checkpoint, open_checkpoint
from exchange.audit.errors import InvalidCheckpointError
from keys.errors import InvalidNoteError
from keys.notes import MAX_SIGNATURES, NoteSigner, NoteVerifier


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The signers of the log called ``origin``, the oldest first; never empty."""

    origin: str
    signers: tuple[NoteSigner, ...]

    @property
    def current(self) -> NoteSigner:
        """The key that signs."""
        return self.signers[-1]

    def handed_over(self, note: str, kept: Sequence[str]) -> str:
        """Let every key since the one that signed the last note sign a note of the newest too.

        ``kept`` are the notes kept so far, the newest last. Of several keys made without a
        note between them (their renewals were interrupted), the first is the one that others
        have pinned. The oldest of more than a note has room for are retired unsigned.
        """
        newest = len(self.signers) - 1
        last = self._age(kept[-1]) if kept else newest
        for signer in self.signers[last:newest][1 - MAX_SIGNATURES :]:
            note = signer.cosign(note)
        return note

    def open_last(self, kept: Sequence[str]) -> Checkpoint | None:
        """Open the newest of the notes kept; ``None`` when there is none."""
        return self.open_all(kept[-1:], kept)[0] if kept else None

    def open_all(self, notes: Iterable[str], kept: Iterable[str]) -> list[Checkpoint]:
        """Open notes of this log. Raises ``InvalidCheckpointError``.

        1. A note is signed by one of the keys, and is a checkpoint of this log.
        2. A key vouches for no tree beyond the first that a newer one signed, as the notes
           ``kept`` tell: who steals it later cannot lengthen with it the log that we verify.
        """
        opened = [self._open(note) for note in notes]
        retired = {age for age, _ in opened} - {len(self.signers) - 1}
        limits = self._handovers(kept) if retired else {}
        for age, checkpoint in opened:
            if checkpoint.size > limits.get(age, checkpoint.size):  # (2)
                raise InvalidCheckpointError(
                    "un point de contrôle est signé d'une clé du journal déjà remplacée",
                    "comparez-le à celui d'un paquet envoyé ; qui détient l'ancienne clé ?",
                )
        return [checkpoint for _, checkpoint in opened]

    def _open(self, note: str) -> tuple[int, Checkpoint]:
        age = self._age(note)
        return age, open_checkpoint(note, _verifier(self.signers[age]), self.origin)  # (1)

    def _age(self, note: str) -> int:
        """Give which key signed a note: the newest of several, and of none."""
        newest = len(self.signers) - 1
        # Of one key nothing has to be asked: two verifications fewer at each act.
        return max(self._signing(note), default=newest) if newest else 0

    def _handovers(self, kept: Iterable[str]) -> dict[int, int]:
        limits: dict[int, int] = {}
        for note in kept:
            signing = self._signing(note)
            for age in range(max(signing, default=0)):
                limits.setdefault(age, Checkpoint.of_note(note).size)
        return limits

    def _signing(self, note: str) -> set[int]:
        return {age for age, signer in enumerate(self.signers) if _is_signed(note, signer)}


def _is_signed(note: str, signer: NoteSigner) -> bool:
    try:
        _verifier(signer).verify(note)
    except InvalidNoteError:
        return False
    return True


def _verifier(signer: NoteSigner) -> NoteVerifier:
    return NoteVerifier.parse(signer.verifier_key)
