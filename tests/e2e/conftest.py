"""Homes that have come some way, made once and copied for each test that changes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.accounts import Role
from exchange.settings import DATABASE_VARIABLE, settings_from
from exchange.web.application import new_application
from tests.demo.stage import Stage
from tests.demo.story import tell_story
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.forked_commands import ForkedCommands, shared_commands
from tests.fakes.home_database import (
    SERVER_VARIABLE,
    drop_databases_under,
    make_database,
    server_setting,
)
from tests.fakes.home_state import acts_done
from tests.fakes.http_service import CSV, HttpService, http_service
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.operator import Operator
from tests.fakes.postgresql_server import PostgresqlServer
from tests.fakes.situation import Situation, prepare, publish


@pytest.fixture(name="demo", scope="session")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The folder that the whole demonstration left."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    tell_story(folder, people=1000)
    return Stage(folder)


@pytest.fixture(name="prepared", scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Situation]:
    """A home on 31 January 2023 with 200 people loaded and declared ready."""
    yield from _left_alone(prepare(tmp_path_factory.mktemp("prepared"), people=200))


@pytest.fixture(name="published", scope="session")
def _published(
    prepared: Situation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Situation]:
    """The prepared home once it has sent to both recipients."""
    copy = prepared.copied_to(tmp_path_factory.mktemp("published"))
    yield from _left_alone(publish(copy))


@pytest.fixture(name="fresh")
def _fresh(prepared: Situation, tmp_path: Path) -> Situation:
    """A prepared home of the test's own."""
    return prepared.copied_to(tmp_path / "fresh")


@pytest.fixture(name="aimed")
def _aimed(
    fresh: Situation, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Situation]:
    """A prepared home with its file, and the place on the server it may move to."""
    monkeypatch.setenv(SERVER_VARIABLE, str(server.folder))
    home = fresh.departement.home
    make_database(home)
    monkeypatch.setenv(DATABASE_VARIABLE, server_setting(home))
    yield fresh
    drop_databases_under(fresh.folder.parent)


@pytest.fixture(name="served")
def _served(aimed: Situation, commands: ForkedCommands) -> Situation:
    """A prepared home whose database is on the server."""
    assert commands.run(aimed.departement, "database", "move", "--for-real").exit_code == 0
    return aimed


@pytest.fixture(name="commands", scope="session")
def _commands() -> ForkedCommands:
    """Real commands that can be stopped at any step."""
    return shared_commands()


@pytest.fixture(name="sent")
def _sent(published: Situation, tmp_path: Path) -> Situation:
    """A home of the test's own that has sent to both recipients."""
    return published.copied_to(tmp_path / "sent")


@pytest.fixture(name="command")
def _command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> CommandHere:
    """The command, run in the test's own process."""
    return CommandHere(monkeypatch, capfd)


@pytest.fixture(name="post_office")
def _post_office() -> Iterator[MailServer]:
    """A server of mail."""
    with mail_server() as server:
        yield server


@pytest.fixture(name="mailbox")
def _mailbox(fresh: Situation, post_office: MailServer) -> Mailbox:
    """A prepared home that tells people by mail."""
    mailbox = Mailbox(fresh, post_office)
    mailbox.configure()
    return mailbox


@pytest.fixture(name="application")
def _application(sent: Situation) -> Flask:
    """The HTTP service at a home that has sent, in the test's own process."""
    return new_application(settings_from(sent.departement.environment()))


@pytest.fixture(name="client")
def _client(application: Flask) -> Iterator[FlaskClient]:
    """Whoever calls it."""
    with application.test_client() as client:
        yield client


@pytest.fixture(name="serving")
def _serving(fresh: Situation) -> Iterator[HttpService]:
    """The HTTP service at a prepared home, in processes of its own."""
    with http_service(fresh.departement) as service:
        yield service


@pytest.fixture(name="system")
def _system(fresh: Situation) -> dict[str, str]:
    """The headers with which the local system sends a file."""
    return bearer(token_at(fresh.departement, Role.LOCAL_SYSTEM)) | CSV


@pytest.fixture(name="operator")
def _operator(fresh: Situation, command: CommandHere) -> Operator:
    """An operator at a prepared home of the test's own."""
    return Operator(command, fresh)


def _left_alone(situation: Situation) -> Iterator[Situation]:
    """Lend a home to all tests; fails in the end when one acted on it instead of on a copy."""
    before = acts_done(situation.departement)
    yield situation
    assert acts_done(situation.departement) == before
