"""A home in which nothing can be done: people are told, once a day, and no database is needed."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from exchange.settings import DATABASE_VARIABLE, HOME_VARIABLE, Settings, settings_from
from jobs.tick import tick
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.mail_server import Mood, mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import Situation

_NOWHERE = "postgresql://personne@127.0.0.1:9/rien?sslmode=disable"


@pytest.fixture(name="mailbox")
def _mailbox(fresh: Situation) -> Iterator[Mailbox]:
    with mail_server() as server:
        mailbox = Mailbox(fresh, server)
        mailbox.configure()
        yield mailbox


def _without_checkpoints(home: Path) -> None:
    (home / "outside/checkpoints").unlink()


def _without_master_key(home: Path) -> None:
    (home / "outside/master.key").unlink()


def _with_an_old_schema(home: Path) -> None:
    ask(home, "UPDATE alembic_version SET version_num = '0002'")


@pytest.mark.parametrize(
    ("breaks", "cause"),
    [
        (_without_checkpoints, "le fichier des points de contrôle"),
        (_without_master_key, "outside/master.key"),
        (_with_an_old_schema, "spie-exchange upgrade"),
    ],
    ids=["checkpoints away", "master key away", "schema old"],
)
def test_a_home_that_cannot_be_opened_is_told_once_with_its_cause(
    mailbox: Mailbox, breaks: Callable[[Path], None], cause: str
) -> None:
    breaks(mailbox.situation.departement.home)

    _tick_in_vain(mailbox.settings, times=3)

    [message], [text] = mailbox.server.messages, mailbox.server.texts
    assert message["Subject"] == "[ESSAI] spie-exchange : URGENT — service arrêté"
    assert cause in _unwrapped(text)
    assert "rien n'est envoyé ni détruit" in _unwrapped(text)


def test_a_database_that_is_away_is_told_of_after_ten_minutes(mailbox: Mailbox) -> None:
    home = mailbox.situation.departement.home
    settings = _whose_server_is_away(home)

    _tick_in_vain(settings)
    at_first = len(mailbox.server.messages)
    _age(home / "outage-since", timedelta(minutes=10))
    _tick_in_vain(settings, times=2)

    assert at_first == 0
    [text] = mailbox.server.texts
    assert "la base" in _unwrapped(text)


def test_an_outage_is_told_again_the_next_day(mailbox: Mailbox) -> None:
    home = mailbox.situation.departement.home
    _without_checkpoints(home)
    _tick_in_vain(mailbox.settings)
    quiet_for = (home / "outage-quiet-until").stat().st_mtime - time.time()

    _age(home / "outage-quiet-until", timedelta(days=2))
    _tick_in_vain(mailbox.settings)

    assert timedelta(hours=6) <= timedelta(seconds=quiet_for) <= timedelta(hours=31)
    assert len(mailbox.server.messages) == 2


def test_an_outage_that_follows_a_mended_one_is_told_after_an_hour(mailbox: Mailbox) -> None:
    home = mailbox.situation.departement.home
    kept = (home / "outside/checkpoints").read_bytes()
    _without_checkpoints(home)
    _tick_in_vain(mailbox.settings)
    (home / "outside/checkpoints").write_bytes(kept)
    tick(mailbox.settings, lambda _: None)
    before = len(mailbox.server.messages)
    _without_checkpoints(home)

    _tick_in_vain(mailbox.settings)
    at_once = len(mailbox.server.messages) - before
    _age(home / "outage-quiet-until", timedelta(hours=1))
    _tick_in_vain(mailbox.settings)

    assert at_once == 0
    assert len(mailbox.server.messages) - before == 1


def test_a_server_that_refuses_is_not_asked_again_at_once(mailbox: Mailbox) -> None:
    home = mailbox.situation.departement.home
    _without_checkpoints(home)
    mailbox.server.mood = Mood.REFUSES_SENDER
    _tick_in_vain(mailbox.settings)
    mailbox.server.mood = Mood.GOOD

    _tick_in_vain(mailbox.settings)
    at_once = len(mailbox.server.messages)
    _age(home / "outage-quiet-until", timedelta(minutes=15))
    _tick_in_vain(mailbox.settings)

    assert at_once == 0
    assert len(mailbox.server.messages) == 1


def test_a_home_file_that_is_lost_is_told_of(mailbox: Mailbox) -> None:
    (mailbox.situation.departement.home / "home.json").write_text("{", "utf-8")

    _tick_in_vain(mailbox.settings)

    assert "home.json est illisible" in _unwrapped(mailbox.server.texts[0])


def test_a_home_that_tells_nobody_keeps_nothing_of_an_outage(fresh: Situation) -> None:
    home = fresh.departement.home
    _without_checkpoints(home)

    _tick_in_vain(settings_from(fresh.departement.environment()))

    assert list(home.glob("outage*")) == []


def test_the_loop_says_of_a_master_key_what_a_single_tick_says(
    fresh: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = fresh.departement.home
    _without_master_key(home)
    monkeypatch.setattr("jobs.commands.tick_until_stopped", lambda tick, _every: tick())
    command = CommandHere(monkeypatch, capfd)

    once, loop = command.run(home, "scheduler", "--once"), command.run(home, "scheduler")

    complaint = once.complaint.splitlines()
    assert complaint[0].startswith("erreur : impossible de lire")
    assert [line for line in complaint if line not in loop.complaint] == []


def _tick_in_vain(settings: Settings, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Exception):  # noqa: B017, PT011 - each cause has its own
            tick(settings, lambda _: None)


def _whose_server_is_away(home: Path) -> Settings:
    file = home / "home.json"
    document = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**document, "database_kind": "postgresql"}), "utf-8")
    return settings_from({HOME_VARIABLE: str(home), DATABASE_VARIABLE: _NOWHERE})


def _age(path: Path, by: timedelta) -> None:
    earlier = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (earlier, earlier))


def _unwrapped(text: str) -> str:
    return re.sub(r"\n {3}", " ", text)
