"""Whether the service can work, as whoever watches it asks: without an account, and without why."""

import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from exchange.settings import settings_from
from exchange.web.application import new_application
from tests.fakes.home_database import ask
from tests.fakes.postgresql_server import PostgresqlServer
from tests.fakes.situation import Situation

_READY, _LIVE = "/api/v1/health/ready", "/api/v1/health/live"
_PROBLEM = "application/problem+json"
_PATIENCE_SECONDS = 20


def _lose_base(situation: Situation) -> None:
    situation.departement.database.rename(situation.folder / "moved.sqlite3")


def _lose_home(situation: Situation) -> None:
    (situation.departement.home / "home.json").unlink()


def _lose_master_key(situation: Situation) -> None:
    situation.departement.master_key.unlink()


def _lose_checkpoints(situation: Situation) -> None:
    (situation.departement.home / "outside/checkpoints").unlink()


def _age_schema(situation: Situation) -> None:
    ask(situation.departement.home, "UPDATE alembic_version SET version_num = '0002'")


def _alter_log(situation: Situation) -> None:
    zero = b"\0"
    ask(situation.departement.home, "UPDATE evidence_node SET hash = :z WHERE level > 0", z=zero)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        pytest.param(_lose_base, "a-reparer", marks=pytest.mark.sqlite_file),
        (_lose_home, "a-reparer"),
        (_lose_master_key, "a-reparer"),
        (_lose_checkpoints, "a-reparer"),
        (_age_schema, "a-reparer"),
        (_alter_log, "a-examiner"),
    ],
    ids=["base", "home", "master key", "checkpoints", "schema", "log"],
)
def test_what_keeps_the_service_from_working_makes_it_unready_but_not_dead(
    client: FlaskClient, sent: Situation, harm: Callable[[Situation], None], code: str
) -> None:
    harm(sent)

    unready, live = client.get(_READY), client.get(_LIVE)

    assert (unready.status_code, unready.content_type) == (503, _PROBLEM)
    assert unready.get_json()["type"] == f"/problemes/{code}"
    assert str(sent.folder) not in unready.get_data(as_text=True)
    assert (live.status_code, live.get_json()) == (200, {"status": "ok"})


def test_one_that_works_notices_within_a_moment_what_is_lost_and_what_is_mended(
    client: FlaskClient, sent: Situation
) -> None:
    checkpoints = sent.departement.home / "outside/checkpoints"
    away = sent.folder / "away"

    found = [_waited_for(client, 200)]
    checkpoints.rename(away)
    found.append(_waited_for(client, 503))
    away.rename(checkpoints)
    found.append(_waited_for(client, 200))

    assert found == [200, 503, 200]


@pytest.mark.long
def test_a_server_of_the_base_that_stops_makes_it_unready_until_it_is_back(
    served: Situation, server: PostgresqlServer
) -> None:
    application = new_application(settings_from(served.departement.environment()))
    with application.test_client() as client:
        found = [_waited_for(client, 200)]
        server.kill()
        try:
            unready = client.get(_READY)
        finally:
            server.start()
        found.append(_waited_for(client, 200))

    assert (unready.status_code, unready.get_json()["type"]) == (503, "/problemes/plus-tard")
    assert unready.headers["Retry-After"]
    assert found == [200, 200]


def _waited_for(client: FlaskClient, status: int) -> int:
    """Ask until that is answered, or for as long as patience lasts; give the last answer."""
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while (answered := client.get(_READY).status_code) != status:
        if time.monotonic() > given_up_at:
            break
        time.sleep(0.1)
    return answered
