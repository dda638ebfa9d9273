"""Attempts that nobody watches: counted, made later and later, until somebody is asked."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from exchange.attempts import WAITS, Attempt, Attempts, JobName
from exchange.clock import StoppedClock, WallClock
from exchange.errors import RefusedError, RetryLaterError
from exchange.home_opening import open_service
from exchange.settings import settings_from
from exchange.wiring import Service
from tests.fakes.home_database import home_variables
from tests.fakes.situation import AGREEMENT, Situation

_NOW = datetime(2023, 1, 31, 9, tzinfo=UTC)
_JOB, _SUBJECT = JobName.EXPORT, "un-transfert"


@pytest.fixture(name="service")
def _service(fresh: Situation) -> Iterator[Service]:
    settings = settings_from(home_variables(fresh.departement.home))
    with open_service(settings, inspecting=False) as service:
        yield service


def test_each_failure_makes_the_next_attempt_wait_for_longer(service: Service) -> None:
    now, waits = _NOW, []

    for _ in range(len(WAITS) + 1):
        assert not _make(service, now, _raising(RetryLaterError("le disque est plein")))
        waits.append(_kept(service).not_before - now)
        now = _kept(service).not_before

    assert waits == [*WAITS, WAITS[-1]]


def test_nothing_is_tried_before_its_time(service: Service) -> None:
    _make(service, _NOW, _raising(RetryLaterError("le disque est plein")))
    tried: list[int] = []

    was_made = _make(service, _NOW + WAITS[0] - timedelta(microseconds=1), lambda: tried.append(1))

    assert (was_made, tried) == (False, [])


def test_what_a_clock_that_was_ahead_wrote_is_not_waited_for(service: Service) -> None:
    _make(service, _NOW + timedelta(days=3000), _raising(RetryLaterError("le disque est plein")))

    was_made = _make(service, _NOW, lambda: None)

    assert was_made


def test_an_attempt_that_ends_well_is_forgotten(service: Service) -> None:
    _make(service, _NOW, _raising(RetryLaterError("le disque est plein")))

    was_made = _make(service, _NOW + WAITS[0], lambda: None)

    assert was_made
    assert _all(service) == ()


def test_somebody_is_asked_after_the_sixth_failure_in_a_row(service: Service) -> None:
    now, asked = _NOW, []

    for _ in range(6):
        _make(service, now, _raising(RetryLaterError("le disque est plein")))
        asked.append(_kept(service).asks_somebody)
        now = _kept(service).not_before

    assert asked == [False] * 5 + [True]
    assert now - _NOW < timedelta(minutes=30)


def test_somebody_is_asked_at_once_when_waiting_mends_nothing(service: Service) -> None:
    _make(service, _NOW, _raising(RefusedError("il n'y a personne à envoyer", "chargez-en")))

    kept = _kept(service)
    assert (kept.asks_somebody, kept.cause) == (True, "il n'y a personne à envoyer")
    assert kept.hint == "chargez-en"


def test_a_foreign_error_is_named_and_not_quoted(service: Service) -> None:
    _make(service, _NOW, _raising(ValueError("Martin, Élodie")))

    assert _kept(service).cause == "erreur inattendue (ValueError)"


def test_an_attempt_that_a_kill_ended_was_counted(service: Service) -> None:
    with pytest.raises(KeyboardInterrupt):  # what ends a process is not caught
        _make(service, _NOW, _raising(KeyboardInterrupt()))

    kept = _kept(service)
    assert (kept.failures, kept.not_before) == (1, _NOW + WAITS[0])
    assert "interrompue" in kept.cause


def test_a_failure_is_in_the_evidence(service: Service, fresh: Situation) -> None:
    _make(service, _NOW, _raising(RefusedError("il n'y a personne à envoyer")))

    said = fresh.departement.do("audit", "list", "--kind", "attempt.failed", "--json")
    assert "il n'y a personne à envoyer" in said


def test_what_is_asked_at_each_tick_is_counted_only_when_it_fails(service: Service) -> None:
    attempts = Attempts(service.database, StoppedClock(WallClock(), _NOW))
    before = service.evidence_size()

    well = attempts.run(JobName.VERIFICATION, lambda: None)
    badly = attempts.run(JobName.VERIFICATION, _raising(RetryLaterError("la base est occupée")))
    seen = _all(service)
    well_again = attempts.run(JobName.VERIFICATION, lambda: None)

    assert (well, badly, well_again) == (True, False, True)
    assert [kept.failures for kept in seen] == [1]
    assert _all(service) == ()
    assert service.evidence_size() == before + 1


def test_what_one_machine_cannot_do_is_not_hidden_by_another_that_can(service: Service) -> None:
    now, seen = _NOW, []

    for _ in range(6):
        _on_machine(service, now, "a").run(JobName.EXPORTS, _raising(OSError("non monté")))
        _on_machine(service, now, "b").run(JobName.EXPORTS, lambda: None)
        seen.append(_kept(service))
        now = seen[-1].not_before

    assert [(kept.machine, kept.failures) for kept in seen] == [("a", n) for n in range(1, 7)]
    assert seen[-1].asks_somebody


def test_a_machine_that_has_been_silent_for_a_day_is_forgotten(service: Service) -> None:
    _on_machine(service, _NOW, "a").run(JobName.EXPORTS, _raising(OSError("non monté")))
    tried_again = _kept(service).not_before

    _on_machine(service, tried_again + timedelta(days=1), "b").forget_silent_machines()
    a_day_after = _all(service)
    _on_machine(service, tried_again + timedelta(days=1, seconds=1), "b").forget_silent_machines()

    assert [kept.machine for kept in a_day_after] == ["a"]
    assert _all(service) == ()


def test_an_attempt_at_common_work_is_not_forgotten_with_the_machine(service: Service) -> None:
    _make(service, _NOW, _raising(RetryLaterError("le disque est plein")))

    _on_machine(service, _NOW + timedelta(days=9), "b").forget_silent_machines()

    assert _kept(service).machine == ""


def _on_machine(service: Service, now: datetime, name: str) -> Attempts:
    return Attempts(service.database, StoppedClock(WallClock(), now), name)


def _raising(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def _make(service: Service, now: datetime, act: Callable[[], object]) -> bool:
    attempts = Attempts(service.database, StoppedClock(WallClock(), now))
    return attempts.make(_JOB, _SUBJECT, act, AGREEMENT)


def _kept(service: Service) -> Attempt:
    (kept,) = _all(service)
    return kept


def _all(service: Service) -> tuple[Attempt, ...]:
    with service.database.read() as work:
        return work.attempts.all()
