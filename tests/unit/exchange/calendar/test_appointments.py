"""What is to come, and what should have been."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from exchange.calendar.appointments import Appointment, appointments, coming, months_after, overdue
from exchange.calendar.facts import Facts
from exchange.calendar.progress import Progress
from exchange.retention.plan import DestructionPlan
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import owed_transfers
from exchange.transfers.transfer import Readiness, Transfer
from schemas.agreement import Agreement, DateKind, read_agreement
from tests.unit.exchange.transfers.contractual import LEFT_AT, contractual_transfer
from tests.unit.exchange.transfers.known_register import (
    KnownRegister,
    LoadedVersions,
    MadeTransfers,
)
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed

_AGREEMENT = read_agreement(PLAIN.encode())
_BEFORE = datetime(2023, 1, 20, 9, tzinfo=UTC)
_AFTER = datetime(2023, 2, 20, 9, tzinfo=UTC)
_NOTHING_DUE = DestructionPlan(
    agreement_id="spie-99",
    records_on=date(2023, 3, 2),
    packages_on=date(2024, 2, 15),
    records_due=False,
    packages_due=False,
    people=0,
    held_rows=0,
    staged_rows=0,
    keys=(),
    packages=(),
)


def _facts_at(
    now: datetime, *made: Transfer, agreement: Agreement = _AGREEMENT, text: str = PLAIN
) -> Facts:
    register = KnownRegister(LoadedVersions((text,)), MadeTransfers(made))
    owed = owed_transfers(register, agreement, now)
    return Facts(owed=owed, ready={}, plan=_NOTHING_DUE, is_destroying=False, now=now)


_UNTOUCHED = _facts_at(_BEFORE)


def _known(facts: Facts) -> list[Appointment]:
    return appointments(_AGREEMENT, facts)


def _one(facts: Facts, kind: DateKind, deadline_id: str = "") -> Appointment:
    return next(
        known
        for known in _known(facts)
        if (known.entry.kind, known.entry.deadline_id) == (kind, deadline_id)
    )


def _stand(facts: Facts, kind: DateKind, deadline_id: str = "") -> tuple[Progress, tuple[str, ...]]:
    stand = _one(facts, kind, deadline_id).stand
    return stand.progress, stand.sentences


def test_what_nobody_has_sent_is_to_do_and_then_late() -> None:
    to_do, late = _UNTOUCHED, _facts_at(_AFTER)

    assert _stand(to_do, DateKind.DUE, "enquete") == (
        Progress.TO_DO,
        ("ministere : à envoyer", "prestataire : à envoyer"),
    )
    assert _stand(late, DateKind.DUE, "enquete") == (
        Progress.LATE,
        ("ministere : à envoyer — EN RETARD", "prestataire : à envoyer — EN RETARD"),
    )


@pytest.mark.parametrize(
    "now", [datetime(2023, 3, 2, 5, tzinfo=UTC), datetime(2023, 12, 31, 23, tzinfo=UTC)]
)
def test_what_can_no_longer_leave_is_missed_and_waits_for_nobody(now: datetime) -> None:
    facts = _facts_at(now)

    progress, (first, _) = _stand(facts, DateKind.DUE, "enquete")

    assert (progress, first) == (Progress.MISSED, "ministere : n'est pas parti, et ne partira plus")
    assert overdue(_known(facts), now.date()) == []


def test_one_recipient_that_waits_keeps_the_date_open() -> None:
    sent = contractual_transfer("enquete", "ministere")
    facts = _facts_at(LEFT_AT, sent)

    assert _stand(facts, DateKind.DUE, "enquete") == (
        Progress.TO_DO,
        ("ministere : envoyé le 31/01/2023", "prestataire : à envoyer"),
    )


def test_a_date_is_done_once_each_recipient_was_sent_its_package_or_it_was_called_off() -> None:
    late = replace(contractual_transfer("enquete", "ministere"), published_at=_AFTER)
    off = replace(
        contractual_transfer("enquete", "prestataire"),
        state=TransferState.CANCELLED,
        published_at=None,
    )

    stand = _stand(_facts_at(_AFTER, late, off), DateKind.DUE, "enquete")

    assert stand == (
        Progress.DONE,
        (
            "ministere : envoyé le 20/02/2023 — EN RETARD",
            "prestataire : annulé avant l'envoi",
        ),
    )


def test_an_answer_does_not_take_the_day_of_the_sending() -> None:
    answered = replace(
        contractual_transfer("enquete", "ministere"),
        state=TransferState.ACKNOWLEDGED,
        answered_at=datetime(2023, 2, 3, 9, tzinfo=UTC),
    )
    facts = _facts_at(_AFTER, answered)

    _, (first, _) = _stand(facts, DateKind.DUE, "enquete")

    assert first == "ministere : envoyé le 31/01/2023 — reçu (accusé)"


def test_a_recipient_that_has_ended_is_owed_nothing() -> None:
    checked = "fingerprint_checked_on = 2022-12-06"
    text = changed((checked, f"{checked}\nended_on = 2023-01-20"))
    ended = read_agreement(text.encode())

    known = appointments(ended, _facts_at(_AFTER, agreement=ended, text=text))

    due = next(one for one in known if one.entry.kind is DateKind.DUE)
    assert due.stand.sentences[1] == "prestataire : n'est plus destinataire"


def test_a_deadline_says_whether_its_data_were_declared_ready() -> None:
    ready = Readiness(_BEFORE, "operatrice", person_count=3, last_load_at=None)
    declared = replace(_UNTOUCHED, ready={"enquete": ready})

    assert _stand(_UNTOUCHED, DateKind.SEND_FROM, "enquete") == (
        Progress.TO_DO,
        ("données à déclarer prêtes : spie-exchange deadline ready enquete",),
    )
    assert _stand(declared, DateKind.SEND_FROM, "enquete") == (
        Progress.DONE,
        ("données déclarées prêtes le 20/01/2023",),
    )


def test_a_report_is_handed_over_elsewhere() -> None:
    for kind in (DateKind.SEND_FROM, DateKind.SEND_BY, DateKind.DUE):
        assert _stand(_UNTOUCHED, kind, "bilan")[0] is Progress.ELSEWHERE


@pytest.mark.parametrize(
    ("plan", "is_destroying", "progress"),
    [
        (_NOTHING_DUE, False, Progress.TO_DO),
        (replace(_NOTHING_DUE, records_due=True, people=1), False, Progress.LATE),
        (replace(_NOTHING_DUE, records_due=True, held_rows=1), False, Progress.LATE),
        (
            replace(_NOTHING_DUE, records_due=True, keys=("records:spie-99:1",)),
            False,
            Progress.LATE,
        ),
        (replace(_NOTHING_DUE, records_due=True), True, Progress.LATE),
        (replace(_NOTHING_DUE, records_due=True), False, Progress.DONE),
    ],
)
def test_a_destruction_is_done_once_nothing_is_left_and_it_is_certified(
    plan: DestructionPlan,
    is_destroying: bool,  # noqa: FBT001 - given by pytest
    progress: Progress,
) -> None:
    facts = replace(_UNTOUCHED, plan=plan, is_destroying=is_destroying)

    assert _stand(facts, DateKind.RECORDS_END)[0] is progress


def test_what_comes_is_from_today_to_the_same_day_months_later() -> None:
    known = _known(_UNTOUCHED)

    days = [one.entry.day for one in coming(known, date(2023, 1, 31), 3)]

    assert [f"{day:%d/%m}" for day in days] == [
        "31/01",
        "02/03",
        "31/03",
        "03/04",
        "27/04",
        "28/04",
    ]


def test_the_dates_of_several_agreements_are_in_one_order() -> None:
    other = replace(_AGREEMENT, id="spie-01")

    listed = coming(_known(_UNTOUCHED) + appointments(other, _UNTOUCHED), date(2023, 1, 31), 2)

    assert [(f"{one.entry.day:%d/%m}", one.agreement_id) for one in listed] == [
        (day, name) for day in ("31/01", "02/03", "31/03") for name in ("spie-01", "spie-99")
    ]


def test_what_should_have_been_is_said_once_each() -> None:
    destroyable = replace(_NOTHING_DUE, records_due=True, people=2)
    destroying = replace(_UNTOUCHED, plan=destroyable, now=datetime(2023, 3, 10, tzinfo=UTC))

    to_send = overdue(_known(_facts_at(_AFTER)), _AFTER.date())
    to_destroy = overdue(_known(destroying), date(2023, 3, 10))

    assert [one.entry.kind for one in to_send] == [DateKind.DUE]
    assert [one.entry.kind for one in to_destroy] == [DateKind.RECORDS_END]


def test_what_is_met_is_not_overdue() -> None:
    made = [contractual_transfer("enquete", name) for name in ("ministere", "prestataire")]

    assert overdue(_known(_facts_at(_AFTER, *made)), _AFTER.date()) == []


def test_a_day_that_is_not_worked_is_said() -> None:
    [remark] = _one(_UNTOUCHED, DateKind.PROCESSING_ENDS).remarks
    assert remark == "ce jour n'est pas travaillé : c'est un dimanche"
    assert _one(_UNTOUCHED, DateKind.DUE, "enquete").remarks == ()


def test_a_day_that_is_past_is_not_remarked_on() -> None:
    later = replace(_UNTOUCHED, now=datetime(2024, 1, 2, tzinfo=UTC))

    assert _one(later, DateKind.PROCESSING_ENDS).remarks == ()


def test_a_last_day_that_leaves_no_room_is_said() -> None:
    text = changed(("send_by = 2023-01-27", "send_by = 2023-01-29"), ("2023-01-31", "2023-01-30"))
    tight = read_agreement(text.encode())

    known = appointments(tight, _UNTOUCHED)

    [off, near] = next(one for one in known if one.entry.kind is DateKind.SEND_BY).remarks
    assert "tombe un dimanche" in off
    assert "ne laisse qu'un jour ouvré" in near


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 12, date(2024, 1, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
        (date(2023, 11, 30), 120, date(2033, 11, 30)),
    ],
)
def test_months_are_counted_to_a_day_that_exists(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
