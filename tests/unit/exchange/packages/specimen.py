"""A small but real package: real keys, the sample agreement, people who do not exist."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from exchange.audit.checkpoints import Checkpoint
from exchange.packages.building import Built, PackagePlan, build
from keys.age import Identity
from keys.notes import NoteSigner
from keys.seal import SealKey, self_signed
from schemas.agreement import Agreement, read_agreement
from tests.fakes.agreements import filled_sample
from tests.fakes.ministry import Ministry

DGEFP, PROVIDER, ANALYST = "dgefp", "prestataire-enquete", "dares"
AT = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
ROWS = (
    ("Zoé", "D'Essai", "1980-02-29", '3 rue "Neuve"', "01000", "", "", "2022-03-01"),
    ("Iñigo", "Exemple; fils", "1990-12-01", "", "", "", "+33612345678", "2022-11-15"),
)
REFERENCES = ("A" * 26 + "0", "B" * 26 + "1")
HEAD = Checkpoint("exemple.fr/journal", 7, bytes(range(224, 256)))


@dataclass(frozen=True)
class Correspondence:
    """A sender with its seal, and the two recipients of the sample agreement."""

    folder: Path

    @cached_property
    def seal(self) -> SealKey:
        """The sender's seal."""
        return self_signed("Département d'essai")

    @cached_property
    def provider(self) -> Ministry:
        """A recipient with a classical key, which the stock tools open."""
        return self._recipient(PROVIDER, classical=True)

    @cached_property
    def provider_identities(self) -> tuple[Identity, ...]:
        """Its private keys, read once."""
        return self.provider.identities

    @cached_property
    def dgefp(self) -> Ministry:
        """A recipient with a post-quantum key, whose instruction orders references."""
        return self._recipient(DGEFP, classical=False)

    @cached_property
    def analyst(self) -> Ministry:
        """A recipient of the pseudonymised view."""
        return self._recipient(ANALYST, classical=False)

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement between them."""
        keys = {
            DGEFP: self.dgefp.public_keys,
            PROVIDER: self.provider.public_keys,
            ANALYST: self.analyst.public_keys,
        }
        approver = self_signed("Délégué d'essai").certificate.pem.decode()
        return read_agreement(filled_sample(keys, approver).encode())

    @cached_property
    def note(self) -> str:
        """The signed head of the sender's log."""
        return NoteSigner.generate("exemple.fr/journal").sign(HEAD.text())

    def plan(self, recipient_id: str, *, trial: bool = False) -> PackagePlan:
        """Decide on a package of the sample's first survey."""
        return PackagePlan(
            agreement=self.agreement,
            deadline=next(d for d in self.agreement.deadlines if d.id == "enquete-1"),
            recipient=self.agreement.recipient(recipient_id),
            instruction="instruction-1",
            revision=1,
            undeclared=False,
            trial=trial,
            at=AT,
            checkpoint=self.note,
            checkpoint_key="exemple.fr/journal+key",
        )

    def build(
        self,
        recipient_id: str,
        rows: Sequence[Sequence[str]] = ROWS,
        *,
        seal: SealKey | None = None,
        trial: bool = False,
    ) -> tuple[bytes, Built]:
        """Build a package; give its bytes."""
        file = io.BytesIO()
        plan = self.plan(recipient_id, trial=trial)
        built = build(file, rows, plan, seal or self.seal, lambda _: None)
        return file.getvalue(), built

    def package(self, recipient_id: str = PROVIDER, *, trial: bool = False) -> bytes:
        """Build a good package."""
        return self.build(recipient_id, rows_for(recipient_id), trial=trial)[0]

    def _recipient(self, recipient_id: str, *, classical: bool) -> Ministry:
        ministry = Ministry.create(self.folder / recipient_id, recipient_id, classical=classical)
        ministry.pin(self.seal.certificate)
        return ministry


def rows_for(recipient_id: str) -> Sequence[Sequence[str]]:
    """Give the rows with as many columns as a recipient gets."""
    if recipient_id != DGEFP:
        return ROWS
    return [(*row, reference) for row, reference in zip(ROWS, REFERENCES, strict=True)]


def digest_of(content: bytes) -> bytes:
    """Give the SHA-256 of a member."""
    return hashlib.sha256(content).digest()
