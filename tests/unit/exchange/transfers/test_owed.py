"""What a recipient is owed is decided once, for whoever says it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import Owed, Owing, late_transfers, owed_transfers, would_carry_nobody
from exchange.transfers.transfer import Readiness, Transfer
from schemas.agreement import ends_at, opens_at, read_agreement
from tests.unit.exchange.transfers.contractual import contractual_transfer
from tests.unit.exchange.transfers.known_register import (
    DeclaredReady,
    KnownRegister,
    LoadedVersions,
    MadeTransfers,
)
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed

_ONLY_NEW = changed(('content = "all"', 'content = "not_yet_sent"'))
_DUE_OVER = ends_at(date(2023, 1, 31))
_RECORDS_END, _PROCESSING_END = opens_at(date(2023, 3, 2)), ends_at(date(2023, 12, 31))
_BEFORE, _AFTER = _DUE_OVER - timedelta(seconds=1), _DUE_OVER
_DECLARED_AT = datetime(2023, 1, 20, 9, tzinfo=UTC)
_SENT = contractual_transfer("enquete", "ministere")
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


def _register(
    text: str = PLAIN,
    made: tuple[Transfer, ...] = (),
    everybody_sent: Mapping[str, datetime] | None = None,
    declared_people: int | None = None,
) -> KnownRegister:
    declared = {}
    if declared_people is not None:
        declared["enquete"] = Readiness(_DECLARED_AT, "operatrice", declared_people, None)
    return KnownRegister(
        LoadedVersions((text,)),
        MadeTransfers(made, everybody_sent or {}),
        DeclaredReady(declared),
    )


def _owed(register: KnownRegister, now: datetime, recipient_id: str = "ministere") -> Owed:
    agreement = read_agreement(register.agreements.texts[-1].encode())
    found = owed_transfers(register, agreement, now)
    return next(one for one in found if one.dispatch.recipient.id == recipient_id)


@pytest.mark.parametrize(
    ("now", "owing", "is_late"),
    [
        (_BEFORE, Owing.TO_SEND, False),
        (_AFTER, Owing.LATE, True),
        (_RECORDS_END - timedelta(seconds=1), Owing.LATE, True),
        (_RECORDS_END, Owing.NEVER_AGAIN, False),
    ],
)
@pytest.mark.parametrize("state", [None, TransferState.PREPARED, TransferState.ABANDONED])
def test_what_has_not_left_is_to_send_then_late_then_over(
    state: TransferState | None,
    now: datetime,
    owing: Owing,
    is_late: bool,  # noqa: FBT001 - given by pytest
) -> None:
    begun = () if state is None else (replace(_SENT, state=state, published_at=None),)

    owed = _owed(_register(made=begun), now)

    assert (owed.owing, owed.is_late) == (owing, is_late)


def test_nothing_is_late_any_more_once_the_processing_has_ended() -> None:
    kept_longer = changed(
        ('from = "last_due"', 'from = "processing_ends"'),
        ("at_latest = 2023-09-30", "at_latest = 2024-09-30"),
    )
    register = _register(kept_longer)

    just_before, after = (
        _owed(register, at) for at in (_PROCESSING_END - timedelta(seconds=1), _PROCESSING_END)
    )

    assert (just_before.owing, after.owing) == (Owing.LATE, Owing.NEVER_AGAIN)


def test_what_was_called_off_is_not_late_and_is_sent_once_it_leaves_after_all() -> None:
    called_off = replace(_SENT, state=TransferState.CANCELLED, published_at=None)
    after_all = replace(
        _SENT, transfer_id="after-all", revision=2, reason="envoi-annule", published_at=_AFTER
    )

    off, sent = (
        _owed(_register(made=made), _AFTER) for made in ((called_off,), (called_off, after_all))
    )

    assert (off.owing, off.is_late) == (Owing.CALLED_OFF, False)
    assert (sent.owing, sent.is_late, sent.transfer) == (Owing.SENT, True, after_all)


def test_a_recipient_that_has_left_is_owed_nothing_and_nothing_is_late() -> None:
    checked = "fingerprint_checked_on = 2022-12-06"
    ended = changed((checked, f"{checked}\nended_on = 2023-01-20"))

    left, stays = (_owed(_register(ended), _AFTER, name) for name in ("prestataire", "ministere"))

    assert (left.owing, left.is_late) == (Owing.RECIPIENT_LEFT, False)
    assert stays.owing is Owing.LATE


def test_what_left_is_held_to_the_due_day_it_left_under() -> None:
    put_off = changed(("version = 1", "version = 2"), ("due = 2023-01-31", "due = 2023-02-28"))
    late = replace(_SENT, published_at=_AFTER)
    register = replace(_register(made=(late,)), agreements=LoadedVersions((PLAIN, put_off)))

    owed = _owed(register, _AFTER)

    assert (owed.is_late, owed.due) == (True, date(2023, 1, 31))


@pytest.mark.parametrize("now", [_BEFORE, _AFTER])
def test_nobody_new_declared_ready_is_the_answer_recipient_by_recipient(now: datetime) -> None:
    register = _register(_ONLY_NEW, everybody_sent={"ministere": _FOR_EVER}, declared_people=0)

    answered, other = (_owed(register, now, name) for name in ("ministere", "prestataire"))

    assert (answered.owing, answered.is_late) == (Owing.NOTHING_NEW, False)
    assert other.is_open


def test_nobody_new_that_nobody_declared_is_owed_still() -> None:
    register = _register(_ONLY_NEW, everybody_sent={"ministere": _FOR_EVER})

    owed = _owed(register, _AFTER)

    assert owed.owing is Owing.LATE
    assert would_carry_nobody(register, owed)


def test_a_deadline_that_sends_everybody_again_is_never_without_anybody_new() -> None:
    register = _register(PLAIN, everybody_sent={"ministere": _FOR_EVER}, declared_people=0)

    assert _owed(register, _AFTER).owing is Owing.LATE


def test_who_is_loaded_before_the_due_day_is_over_is_sent_and_who_is_later_is_not() -> None:
    in_time, later = (
        _register(_ONLY_NEW, everybody_sent={"ministere": until}, declared_people=0)
        for until in (_BEFORE, _DUE_OVER)
    )

    assert _owed(in_time, _AFTER).owing is Owing.LATE
    assert _owed(later, _AFTER).owing is Owing.NOTHING_NEW
    # Asked before that day is over, whoever is new leaves.
    assert _owed(later, _BEFORE).owing is Owing.TO_SEND


def test_a_sealed_package_is_owed_whoever_was_sent_in_the_meantime() -> None:
    sealed = replace(_SENT, state=TransferState.SEALED, published_at=None)
    register = _register(_ONLY_NEW, (sealed,), {"ministere": _FOR_EVER}, declared_people=1)

    assert _owed(register, _BEFORE).owing is Owing.TO_SEND


@pytest.mark.parametrize(
    ("everybody_sent", "owing"),
    [
        ({}, Owing.NEVER_AGAIN),  # nobody was ever loaded, or somebody is missing
        ({"prestataire": _FOR_EVER}, Owing.NEVER_AGAIN),
        ({"ministere": _FOR_EVER}, Owing.NOTHING_NEW),
    ],
)
@pytest.mark.parametrize("people", [0, 5])
def test_after_the_end_the_people_tell_an_answer_from_a_miss_recipient_by_recipient(
    people: int, everybody_sent: Mapping[str, datetime], owing: Owing
) -> None:
    # How many there were for the recipient that gets most says nothing of one of them.
    register = _register(_ONLY_NEW, (), everybody_sent, declared_people=people)

    assert _owed(register, _RECORDS_END).owing is owing


def test_what_was_kept_of_an_answer_stands_once_the_people_are_destroyed() -> None:
    register = _register(_ONLY_NEW, declared_people=5)
    kept = replace(register.readiness.declared["enquete"], nothing_new_for=("ministere",))
    destroyed = replace(register, readiness=DeclaredReady({"enquete": kept}))

    answered, missed = (
        _owed(destroyed, _RECORDS_END, name) for name in ("ministere", "prestataire")
    )

    assert (answered.owing, missed.owing) == (Owing.NOTHING_NEW, Owing.NEVER_AGAIN)


def test_of_a_list_of_transfers_those_are_late_that_left_late_or_are_waited_for() -> None:
    late = replace(_SENT, published_at=_AFTER)
    waiting = replace(
        contractual_transfer("enquete", "prestataire"),
        state=TransferState.PREPARED,
        published_at=None,
    )
    register = _register(made=(late, waiting))
    agreement = read_agreement(PLAIN.encode())

    now, over = (
        late_transfers(register, agreement, (late, waiting), at) for at in (_AFTER, _RECORDS_END)
    )

    assert now == {late.transfer_id, waiting.transfer_id}
    assert over == {late.transfer_id}
