"""A deadline is met as long as its due day, in Paris, is not over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from exchange.agreements import StoredAgreement
from exchange.transfers.lateness import is_late, late_transfers
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.reasons import RevisionReason
from schemas.agreement import ends_at, read_agreement
from schemas.manifest import TransferKind
from tests.unit.exchange.transfers.contractual import contractual_transfer
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed

_DEADLINE = read_agreement(PLAIN.encode()).deadline("enquete")
_SENT = contractual_transfer("enquete", "ministere")
_MIDNIGHT = ends_at(_DEADLINE.due)
_LATER = datetime(2023, 2, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left_at", "late"),
    [
        (_MIDNIGHT - timedelta(seconds=1), False),
        (_MIDNIGHT, True),
        (_LATER, True),
    ],
)
def test_a_package_is_late_once_the_day_it_was_due_was_over(left_at: datetime, late: bool) -> None:  # noqa: FBT001 - given by pytest
    assert is_late(replace(_SENT, published_at=left_at), _DEADLINE, _LATER) is late


@pytest.mark.parametrize(
    ("now", "late"), [(_MIDNIGHT - timedelta(seconds=1), False), (_MIDNIGHT, True)]
)
def test_what_has_not_left_is_late_once_the_day_is_over(now: datetime, late: bool) -> None:  # noqa: FBT001 - given by pytest
    prepared = replace(_SENT, state=TransferState.PREPARED, published_at=None)

    assert is_late(None, _DEADLINE, now) is late
    assert is_late(prepared, _DEADLINE, now) is late


def test_what_was_called_off_is_not_late_and_is_once_it_leaves_after_all() -> None:
    called_off = replace(_SENT, state=TransferState.CANCELLED, published_at=None)
    after_all = replace(
        _SENT,
        revision=2,
        kind=TransferKind.REPLACEMENT,
        reason=RevisionReason.CALLED_OFF,
        published_at=_LATER,
    )

    assert not is_late(called_off, _DEADLINE, _LATER)
    assert is_late(after_all, _DEADLINE, _LATER)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (TransferKind.CORRECTION, RevisionReason.REJECTED_LINES),
        (TransferKind.REPLACEMENT, RevisionReason.LOST_KEY),
        (TransferKind.TEST, None),
    ],
)
def test_what_comes_after_what_was_asked_for_is_never_late(
    kind: TransferKind, reason: RevisionReason | None
) -> None:
    later = replace(_SENT, revision=2, kind=kind, reason=reason, published_at=_LATER)

    assert not is_late(later, _DEADLINE, _LATER)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Loaded versions, the first one first."""

    texts: tuple[str, ...]

    def latest(self, agreement_id: str) -> StoredAgreement | None:
        return self.version(agreement_id, len(self.texts))

    def version(self, agreement_id: str, version: int) -> StoredAgreement | None:
        file = self.texts[version - 1].encode()
        return StoredAgreement(agreement_id, version, "", file, _SENT.prepared_at)

    def before(self, agreement_id: str, version: int) -> StoredAgreement | None:
        return self.version(agreement_id, version - 1) if version > 1 else None

    def ids(self) -> Sequence[str]:
        return ("spie-99",)

    def add(self, stored: StoredAgreement) -> None:
        raise AssertionError(stored)


def test_each_transfer_is_held_to_the_due_day_it_was_made_under() -> None:
    put_off = changed(("due = 2023-01-31", "due = 2023-03-31"))
    of_each = [
        replace(
            _SENT, transfer_id=f"version-{version}", agreement_version=version, published_at=_LATER
        )
        for version in (1, 2)
    ]

    late = late_transfers(_Loaded((PLAIN, put_off)), of_each, _LATER)

    assert late == {"version-1"}
