"""An interrupted sending that may not leave: why is said, and the way out that is named works."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from exchange.attempts import JobName
from exchange.home_opening import open_service
from exchange.notices.notice import Notice
from exchange.notices.standing import standing_notices
from exchange.packages.naming import waiting_path
from exchange.settings import settings_from
from exchange.transfers.lifecycle import TransferState
from exchange.wiring import Service
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.situation import DGEFP, PROVIDER, Situation

_WHEN = "2023-02-20T10:00"
_TICK = ("scheduler", "--once")


@pytest.fixture(name="run")
def _run(
    sent: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    command = CommandHere(monkeypatch, capfd)
    return lambda *words: command.run(sent.departement.home, *words)


def test_what_was_for_a_recipient_that_left_is_called_off_and_wakes_nobody(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _interrupt(sent, 1)
    _end_recipient(sent, run)
    run("clock", "set", _WHEN)

    ticked = run(*_TICK)
    [notice] = _interrupted(sent)

    assert ticked.exit_code == 0, ticked
    assert not notice.urgent
    assert notice.sentence.endswith(
        "et ne peut pas partir : dgefp n'est plus destinataire depuis le 10/02/2023"
    )
    _type(run, notice.way_out)
    assert not _interrupted(sent)


def test_what_has_nobody_left_to_carry_is_not_said_to_be_finished_by_itself(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _prepare_second(sent)
    run("clock", "set", "2023-07-20T10:00")
    ready = run("deadline", "ready", "enquete-2")

    [notice] = _interrupted(sent)

    assert ready.exit_code == 0, ready
    assert not notice.urgent
    assert "il n'y a personne de nouveau à envoyer" in notice.sentence
    _type(run, notice.way_out.rpartition(" : ")[2])
    assert not _interrupted(sent)


def test_a_revision_for_a_recipient_that_left_is_not_tried_again(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _resend(run, sent)
    _interrupt(sent, 2)
    _fail(sent, run)
    _end_recipient(sent, run)
    run("clock", "set", _WHEN)

    ticked = run(*_TICK)
    [notice] = _interrupted(sent)

    assert ticked.exit_code == 0, ticked
    assert _tried(sent) == []
    assert not notice.urgent
    _type(run, notice.way_out)
    assert not _interrupted(sent)


@pytest.mark.parametrize("words", [_TICK, ("export", "--for-real")])
def test_what_has_its_name_already_is_recorded_whatever_forbids_it_now(
    sent: Situation, run: Callable[..., Answer], words: tuple[str, ...]
) -> None:
    _interrupt(sent, 1, is_named=True)
    _end_recipient(sent, run)
    run("clock", "set", _WHEN)

    done = run(*words)

    assert done.exit_code == 0, done
    assert done.output.count(f"{sent.transfer_id(DGEFP)}") == 1, done
    assert not _interrupted(sent)
    query = "SELECT state FROM transfer WHERE transfer_id = :it"
    assert ask(sent.departement.home, query, it=sent.transfer_id(DGEFP)) == [("published",)]
    run("audit", "verify")


def test_a_revision_that_may_leave_is_finished_beside_one_that_may_not(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _resend(run, sent, PROVIDER)
    _resend(run, sent)
    _interrupt(sent, 2)
    _interrupt(sent, 2, recipient=PROVIDER)
    _end_recipient(sent, run)
    run("clock", "set", _WHEN)

    ticked = run(*_TICK)
    [notice] = _interrupted(sent)

    assert ticked.exit_code == 0, ticked
    assert f"envoyé : {sent.transfer_id(PROVIDER)[:-1]}2" in ticked.output
    assert not notice.urgent
    assert _tried(sent) == []


def test_a_revision_that_waits_for_a_proof_asks_for_it_each_day(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _resend(run, sent)
    _interrupt(sent, 2)
    ask(sent.departement.home, "UPDATE transfer SET withdrawn_at = prepared_at WHERE kind = 'test'")

    run(*_TICK)
    [notice] = _interrupted(sent)

    assert notice.urgent
    assert "dgefp n'a pas encore prouvé" in notice.sentence
    assert "spie-exchange recipient test dgefp" in notice.way_out
    assert _tried(sent) == []


def test_whoever_is_asked_about_a_revision_that_fails_is_told_how_to_call_it_off(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _resend(run, sent)
    _interrupt(sent, 2)
    _fail(sent, run)

    status = run("status").output

    revision = f"{sent.transfer_id(DGEFP)[:-1]}2"
    assert f"{revision} : aucune personne n'est à envoyer" in status
    assert f"spie-exchange transfer cancel {revision} --reason instruction --for-real" in status


def _resend(run: Callable[..., Answer], sent: Situation, recipient: str = DGEFP) -> None:
    reason = ("--reason", "paquet-illisible", "--instruction", "instruction-1")
    answer = run("transfer", "resend", sent.transfer_id(recipient), *reason, "--for-real")
    assert answer.exit_code == 0, answer


def _interrupt(
    sent: Situation, revision: int, recipient: str = DGEFP, *, is_named: bool = False
) -> None:
    """Leave a sending as a kill before, or after, its package took its name does."""
    package = sent.revision(recipient, revision)
    if not is_named:
        package.replace(waiting_path(package, 1))
    ask(
        sent.departement.home,
        "UPDATE transfer SET state = 'sealed', published_at = NULL"
        " WHERE recipient_id = :recipient AND kind <> 'test' AND revision = :revision",
        recipient=recipient,
        revision=revision,
    )


def _prepare_second(sent: Situation) -> None:
    """Leave the sending of the second deadline as a kill before it was sealed does."""
    with _opened(sent, inspecting=False) as service, service.database.begin() as work:
        first = work.transfers.get(sent.transfer_id(DGEFP))
        assert first is not None
        second = first.transfer_id.replace("enquete-1", "enquete-2")
        work.transfers.add(
            replace(
                first,
                transfer_id=second,
                deadline_id="enquete-2",
                state=TransferState.PREPARED,
                package_digest=None,
                package_size=None,
                published_at=None,
            )
        )


def _fail(sent: Situation, run: Callable[..., Answer]) -> None:
    """Try once, with nobody to send."""
    ask(sent.departement.home, "UPDATE person SET absent_since = updated_at")
    assert run(*_TICK).exit_code == 1
    assert _tried(sent) == [JobName.REVISIONS]


def _end_recipient(sent: Situation, run: Callable[..., Answer]) -> None:
    text = sent.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    checked = "fingerprint_checked_on = 2022-12-05"
    head, mark, tail = text.partition(f'id = "{DGEFP}"')
    tail = tail.replace(checked, f"{checked}\nended_on = 2023-02-10", 1)
    sent.agreement.write_text(head + mark + tail, "utf-8")
    loaded = run(*sent.loading())
    assert loaded.exit_code == 0, loaded


def _type(run: Callable[..., Answer], line: str) -> None:
    program, *words = line.split()
    assert program == "spie-exchange"
    answer = run(*words)
    assert answer.exit_code == 0, answer


def _interrupted(sent: Situation) -> list[Notice]:
    with _opened(sent, inspecting=True) as service:
        standing = standing_notices(service)
    return [one.notice for one in standing if "a été interrompu" in one.notice.sentence]


def _tried(sent: Situation) -> list[JobName]:
    with _opened(sent, inspecting=True) as service, service.database.read() as work:
        return [attempt.job for attempt in work.attempts.all()]


def _opened(sent: Situation, *, inspecting: bool) -> AbstractContextManager[Service]:
    return open_service(settings_from(sent.departement.environment()), inspecting=inspecting)
