"""A deadline is met as long as its due day, in Paris, is not over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.transfers.lateness import late_departures
from exchange.transfers.reasons import RevisionReason
from schemas.agreement import ends_at, read_agreement
from schemas.manifest import TransferKind
from tests.unit.exchange.transfers.contractual import contractual_transfer
from tests.unit.exchange.transfers.known_register import LoadedVersions
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed

_AGREEMENT = read_agreement(PLAIN.encode())
_LOADED = LoadedVersions((PLAIN,))
_DUE = _AGREEMENT.deadline("enquete").due
_SENT = contractual_transfer("enquete", "ministere")
_MIDNIGHT = ends_at(_DUE)
_LATER = datetime(2023, 2, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left_at", "late"),
    [
        (_MIDNIGHT - timedelta(seconds=1), {}),
        (_MIDNIGHT, {_SENT.transfer_id: _DUE}),
        (_LATER, {_SENT.transfer_id: _DUE}),
    ],
)
def test_a_package_is_late_once_the_day_it_was_due_was_over(
    left_at: datetime, late: dict[str, date]
) -> None:
    left = replace(_SENT, published_at=left_at)

    assert late_departures(_LOADED, _AGREEMENT, [left]) == late


def test_what_was_called_off_is_late_once_it_leaves_after_all() -> None:
    after_all = replace(
        _SENT,
        revision=2,
        kind=TransferKind.REPLACEMENT,
        reason=RevisionReason.CALLED_OFF,
        published_at=_LATER,
    )

    assert list(late_departures(_LOADED, _AGREEMENT, [after_all])) == [_SENT.transfer_id]


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

    assert late_departures(_LOADED, _AGREEMENT, [later]) == {}


def test_each_transfer_is_held_to_the_due_day_it_was_made_under() -> None:
    put_off = changed(("version = 1", "version = 2"), ("due = 2023-01-31", "due = 2023-03-31"))
    loaded, in_force = LoadedVersions((PLAIN, put_off)), read_agreement(put_off.encode())
    of_each = [
        replace(
            _SENT, transfer_id=f"version-{version}", agreement_version=version, published_at=_LATER
        )
        for version in (1, 2)
    ]

    late = late_departures(loaded, in_force, of_each)

    assert late == {"version-1": _DUE}
