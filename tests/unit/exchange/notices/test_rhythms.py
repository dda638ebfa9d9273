"""How often each family of notices is said again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.attempts import Attempt, JobName
from exchange.diagnosis.findings import Finding, good, mend, watch
from exchange.diagnosis.last_verification import LastVerification
from exchange.notices.failures import failure_notices
from exchange.notices.findings import answer_notices, disorder_notices, expiry_notices
from exchange.notices.log_verification import verification_notices
from exchange.notices.notice import Notice

_MONDAY = date(2023, 1, 30)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def _told_days(
    compute: Callable[[datetime], Iterable[Notice]], first: date, days: int
) -> Iterator[date]:
    """Give the days on which a notice is new, when somebody looks at it every day."""
    known: set[date] = set()
    for day in (first + timedelta(days=number) for number in range(days)):
        for notice in compute(_noon(day)):
            if notice.occasion not in known:
                known.add(notice.occasion)
                yield day


def test_an_expiry_is_said_60_30_and_7_days_before_then_every_day() -> None:
    ends = date(2023, 6, 30)
    found = [mend("cachet", "le cachet expire", "seal request", on=ends)]

    told = list(_told_days(lambda now: expiry_notices(found, now), ends - timedelta(60), 63))

    before = [(ends - day).days for day in told]
    assert before == [60, 30, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2]


def test_an_expiry_that_stops_nothing_is_said_once_a_week_afterwards() -> None:
    ends = date(2023, 6, 30)
    found = [watch("certificats de qui approuve", "a expiré", "changez", on=ends)]

    told = list(_told_days(lambda now: expiry_notices(found, now), ends, 15))

    assert [(day - ends).days for day in told] == [0, 7, 14]


def test_an_expiry_becomes_urgent_when_it_is_over() -> None:
    ends = date(2023, 6, 30)
    found = [mend("certificats de réponse", "a expiré", "demandez", "dgefp", ends)]

    [before] = expiry_notices(found, _noon(ends))
    [after] = expiry_notices(found, _noon(ends + timedelta(1)))

    assert (before.urgent, after.urgent) == (False, True)
    assert after.subject == "dgefp"


def test_a_seal_that_cannot_be_used_is_said_every_day() -> None:
    found = [mend("cachet", "aucun cachet n'est installé", "seal request")]

    told = list(_told_days(lambda now: expiry_notices(found, now), _MONDAY, 4))

    assert len(told) == 4


def test_a_silence_is_said_every_seven_days_from_the_day_it_counts() -> None:
    found = [watch("réponses", "n'a rien répondu", "appelez-le", "envoi", date(2023, 2, 1))]

    told = list(_told_days(lambda now: answer_notices(found, now), date(2023, 2, 1), 20))

    assert told == [date(2023, 2, 1), date(2023, 2, 8), date(2023, 2, 15)]


@pytest.mark.parametrize(
    ("found", "days"),
    [
        (mend("paquets", "n'est plus le même", "restaurez-le"), 14),
        (watch("fichiers laissés", "reste d'une commande", "retirez-le"), 2),
        (good("paquets", "tous là"), 0),
    ],
    ids=["to mend", "to watch", "good"],
)
def test_what_is_to_mend_is_said_daily_and_what_is_to_watch_weekly(
    found: Finding, days: int
) -> None:
    told = list(_told_days(lambda now: disorder_notices([found], now), _MONDAY, 14))

    assert len(told) == days


@pytest.mark.parametrize(
    ("last", "count"),
    [
        (LastVerification(is_intact=True, at=_noon(_MONDAY)), 5),
        (LastVerification(is_intact=False, at=_noon(_MONDAY)), 8),
        (None, 5),
    ],
    ids=["intact", "disagrees", "never"],
)
def test_a_log_that_disagrees_is_said_at_once_and_an_unverified_one_after_three_days(
    last: LastVerification | None, count: int
) -> None:
    begun_at = _noon(_MONDAY)

    told = list(_told_days(lambda now: verification_notices(last, begun_at, now), _MONDAY, 8))

    assert len(told) == count


def test_only_a_failure_that_asks_for_somebody_is_said() -> None:
    at = _noon(_MONDAY)
    quiet, loud = _failed(at, failures=2, asks_somebody=False), _failed(at)

    found = list(failure_notices([quiet, loud], at))

    assert [notice.urgent for notice in found] == [True]
    assert "6 fois de suite : le disque est plein" in found[0].sentence


def test_a_failure_says_first_what_came_with_it_and_then_the_whole_command_that_ends_it() -> None:
    at = _noon(_MONDAY)

    [found] = failure_notices([_failed(at)], at)

    assert found.way_out.split(" ; ") == [
        "libérez de la place",
        "si rien ne doit partir : spie-exchange transfer cancel envoi --reason instruction "
        "--for-real",
    ]


@pytest.mark.parametrize(
    ("wait", "is_said"),
    [(timedelta(days=-3), False), (timedelta(minutes=1), False), (timedelta(hours=1), True)],
    ids=["past", "in a minute", "in an hour"],
)
def test_a_next_attempt_is_announced_only_when_it_is_still_to_come(
    wait: timedelta, *, is_said: bool
) -> None:
    now = _noon(_MONDAY)

    [found] = failure_notices([replace(_failed(now), not_before=now + wait)], now)

    assert ("nouvel essai automatique" in found.way_out) is is_said


def test_a_failure_that_was_mended_and_comes_back_is_another() -> None:
    morning = _noon(_MONDAY)
    again = _failed(morning + timedelta(hours=3))

    first, second = failure_notices([_failed(morning), again], again.first_at)

    assert first.occasion == second.occasion
    assert first.subject != second.subject


def _failed(at: datetime, failures: int = 6, *, asks_somebody: bool = True) -> Attempt:
    return Attempt(
        job=JobName.EXPORT,
        subject="envoi",
        agreement_id=None,
        failures=failures,
        first_at=at,
        not_before=at,
        cause="le disque est plein",
        hint="libérez de la place",
        asks_somebody=asks_somebody,
    )
