"""What only a server of PostgreSQL brings: how it is reached, its clock, its signs."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from exchange.actors import Actor
from exchange.audit.recording import EvidenceRecorder
from exchange.clock import WallClock
from exchange.errors import ConfigurationError, RefusedError, RetryLaterError
from exchange.storage.database import Database
from exchange.storage.postgresql import PostgresqlPlace
from tests.fakes.old_server import old_server
from tests.fakes.pooler import pooler
from tests.fakes.postgresql_server import PostgresqlServer

_LEASE = timedelta(minutes=1)
_DATABASE = "unit"


@pytest.fixture(name="place")
def _place(server: PostgresqlServer) -> Iterator[PostgresqlPlace]:
    with psycopg.connect(server.setting("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_DATABASE}")
    yield PostgresqlPlace(server.setting(_DATABASE), _LEASE)
    with psycopg.connect(server.setting("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("postgresql://spie:Sésame@localhost/spie", "mot de passe"),
        ("postgresql://spie@localhost/spie?sslpassword=Sésame", "mot de passe .sslpassword"),
        ("dbname=spie scram_client_key=Sésame", "mot de passe .scram_client_key"),
        ("dbname=spie oauth_client_secret=Sésame", "mot de passe .oauth_client_secret"),
        ("service=prod", "nomme un service"),
        ("postgresql:///spie?service=prod", "nomme un service"),
        ("postgresql://spie@base.exemple.fr/spie", "sans en vérifier le certificat"),
        ("postgresql://spie@base.exemple.fr/spie?sslmode=require", "sans en vérifier"),
        ("postgresql://spie@10.1.2.3/spie", "sans en vérifier le certificat"),
        ("postgresql://spie@localhost,base.exemple.fr/spie", "sans en vérifier le certificat"),
        ("spie", "ne se lit pas"),
    ],
)
def test_a_setting_that_is_not_safe_is_refused(setting: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        PostgresqlPlace(setting, _LEASE).require_there()

    assert "Sésame" not in f"{caught.value.message} {caught.value.hint}"


def test_the_server_of_a_service_that_the_environment_names_is_verified_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = tmp_path / "pg_service.conf"
    services.write_text("[prod]\nhost=base.exemple.fr\nsslmode=prefer\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGSERVICE", "prod")

    with pytest.raises(ConfigurationError, match="sans en vérifier le certificat"):
        PostgresqlPlace("dbname=spie", _LEASE).require_there()


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"/socket": "/nowhere"}, RetryLaterError),
        ({"/postgres?": "/missing?"}, ConfigurationError),
        ({"postgres@": "nobody@"}, ConfigurationError),
    ],
    ids=["no server", "no such database", "no such role"],
)
def test_a_server_that_cannot_be_used_says_who_mends_it(
    server: PostgresqlServer, change: dict[str, str], failure: type[Exception]
) -> None:
    setting = server.setting("postgres")
    for old, new in change.items():
        setting = setting.replace(old, new)

    with pytest.raises(failure):
        PostgresqlPlace(setting, _LEASE).require_there()


@pytest.mark.parametrize("version", [9, 13, 14])
def test_a_server_that_is_too_old_is_said_to_be(version: int) -> None:
    with old_server(version) as folder:
        place = PostgresqlPlace(f"postgresql://spie@/spie?host={folder}", _LEASE)

        for ask in (place.require_there, place.require_vacant, place.wall_clock):
            with pytest.raises(ConfigurationError, match=f"PostgreSQL {version}") as caught:
                ask()
            assert "15" in caught.value.hint


def test_a_place_where_something_lies_is_not_vacant(place: PostgresqlPlace) -> None:
    place.require_vacant()
    with place.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE something (number integer)")

    with pytest.raises(RefusedError, match="n'est pas vide"):
        place.require_vacant()


def test_a_base_in_another_order_than_that_of_bytes_is_not_begun(server: PostgresqlServer) -> None:
    with psycopg.connect(server.setting("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        with pytest.raises(ConfigurationError, match="LATIN1"):
            PostgresqlPlace(server.setting("latin"), _LEASE).require_vacant()
        connection.execute("DROP DATABASE latin WITH (FORCE)")


def test_the_clock_is_the_servers_whatever_this_machine_says(place: PostgresqlPlace) -> None:
    real = datetime.now(UTC)

    with time_machine.travel(real + timedelta(days=365)):
        told = place.wall_clock().wall()

    assert abs(told - real) < timedelta(seconds=30)


def test_a_sign_is_seen_from_elsewhere_and_goes_with_its_connection(
    place: PostgresqlPlace, server: PostgresqlServer, tmp_path: Path
) -> None:
    elsewhere = PostgresqlPlace(server.setting(_DATABASE), _LEASE).signs(tmp_path)

    with place.signs(tmp_path).given("spie-62.7"):
        seen = elsewhere.is_given("spie-62.7"), elsewhere.is_given("spie-62.8")

    assert seen == (True, False)
    assert not elsewhere.is_given("spie-62.7")


def test_one_sign_is_not_given_twice(place: PostgresqlPlace, tmp_path: Path) -> None:
    signs = place.signs(tmp_path)

    with (
        signs.given("spie-62.7"),
        pytest.raises(RetryLaterError, match="même travail"),
        signs.given("spie-62.7"),
    ):
        pass


def test_a_lock_that_is_held_too_long_is_said_to_be_busy(place: PostgresqlPlace) -> None:
    with place.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE something (number integer)")

    with place.engine.begin() as first, place.engine.connect() as second:
        first.exec_driver_sql("LOCK something")
        second.exec_driver_sql("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError) as caught:
            second.exec_driver_sql("LOCK something")

    failure = place.error_of(caught.value)
    assert isinstance(failure, RetryLaterError)
    assert "occupée" in failure.message


def test_no_limit_of_the_role_ends_a_long_act_or_its_sign(place: PostgresqlPlace) -> None:
    limits = ("idle_session_timeout", "transaction_timeout")
    with place.engine.begin() as connection:
        for limit in limits:
            connection.exec_driver_sql(f"ALTER DATABASE {_DATABASE} SET {limit} = '1s'")

    with place.engine.connect() as connection:
        told = [connection.exec_driver_sql(f"SHOW {limit}").scalar_one() for limit in limits]

    assert told == ["0", "0"]


@pytest.mark.usefixtures("place")
def test_no_sign_is_given_in_a_session_that_a_pooler_lends(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    with pooler(server.folder / "socket") as folder:
        pooled = PostgresqlPlace(f"postgresql://postgres@/{_DATABASE}?host={folder}", _LEASE)
        signs = pooled.signs(tmp_path)

        with (
            pytest.raises(ConfigurationError, match="répartiteur de connexions"),
            signs.given("spie-62.7"),
        ):
            pass

        assert not signs.is_given("spie-62.7")


@pytest.mark.usefixtures("place")
def test_two_homes_in_one_database_do_not_share_their_signs(
    server: PostgresqlServer, tmp_path: Path
) -> None:
    homes = [
        PostgresqlPlace(f"{server.setting(_DATABASE)}&options=-csearch_path%3D{schema}", _LEASE)
        for schema in ("one", "two")
    ]
    for home, schema in zip(homes, ("one", "two"), strict=True):
        with home.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")

    with homes[0].signs(tmp_path).given("spie-62.7"):
        seen = [home.signs(tmp_path).is_given("spie-62.7") for home in homes]

    assert seen == [True, False]


@pytest.mark.long
@pytest.mark.usefixtures("place")
def test_whoever_finds_every_connection_taken_is_told_to_come_back(
    server: PostgresqlServer,
) -> None:
    recorder = EvidenceRecorder(Actor(0, "essai"), WallClock(), trial=False)
    narrow = Database(PostgresqlPlace(server.setting(_DATABASE), _LEASE, 1), recorder)

    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(narrow.read())

        with pytest.raises(RetryLaterError, match="toutes les connexions"):
            held.enter_context(narrow.read())
