"""Who has been silent for too long, and who is not waited for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exchange.transfers.awaited import PATIENCE, silences
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.transfer import Transfer
from schemas.manifest import TransferKind

_PUBLISHED = datetime(2023, 1, 31, 9, tzinfo=UTC)
_SENT = Transfer(
    transfer_id="a_d_r_r1",
    agreement_id="a",
    deadline_id="d",
    recipient_id="r",
    revision=1,
    state=TransferState.PUBLISHED,
    epoch=1,
    agreement_version=1,
    instruction_id="i",
    undeclared=False,
    prepared_at=_PUBLISHED,
    published_at=_PUBLISHED,
)


def test_a_recipient_is_silent_once_its_week_is_over() -> None:
    over = _PUBLISHED + PATIENCE

    before = list(silences([_SENT], over - timedelta(seconds=1)))
    (silence,) = silences([_SENT], over)

    assert before == []
    assert (silence.transfer_id, silence.recipient_id, silence.since) == (
        "a_d_r_r1",
        "r",
        _PUBLISHED,
    )


@pytest.mark.parametrize("state", sorted(set(TransferState) - {TransferState.PUBLISHED}))
def test_only_a_published_package_is_waited_for(state: TransferState) -> None:
    assert list(silences([replace(_SENT, state=state)], _PUBLISHED + 2 * PATIENCE)) == []


@pytest.mark.parametrize(
    ("kind", "published_at", "awaited"),
    [
        (TransferKind.REPLACEMENT, _PUBLISHED, ["a_d_r_r2"]),
        (TransferKind.REPLACEMENT, None, ["a_d_r_r1"]),
        (TransferKind.CORRECTION, _PUBLISHED, ["a_d_r_r1", "a_d_r_r2"]),
    ],
)
def test_a_package_that_another_replaced_is_not_waited_for(
    kind: TransferKind, published_at: datetime | None, awaited: list[str]
) -> None:
    second = replace(
        _SENT,
        transfer_id="a_d_r_r2",
        kind=kind,
        follows="a_d_r_r1",
        published_at=published_at,
    )

    found = silences([_SENT, second], _PUBLISHED + PATIENCE)

    assert [silence.transfer_id for silence in found] == awaited
