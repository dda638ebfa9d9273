"""What the role of every day may do, and what is said of one that may more, or less."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import psycopg
import pytest

from exchange.diagnosis.database_role import role_findings
from exchange.diagnosis.findings import Verdict
from exchange.errors import RefusedError
from exchange.storage import schema
from exchange.storage.postgresql import PostgresqlPlace
from exchange.storage.postgresql_engine import postgresql_engine
from exchange.storage.role_in_use import way_to_finish
from exchange.storage.roles import grants
from tests.fakes.postgresql_server import PostgresqlServer

_LEASE = timedelta(minutes=1)
_DATABASE = "roles"
_OWNER, _WORKER = "roles_owner", "roles_worker"
# The home has a schema of its own, beside tables that are nobody's business here.
_OPTIONS = "&options=-csearch_path%3Dspie"


@pytest.fixture(name="settings")
def _settings(server: PostgresqlServer) -> Iterator[dict[str, str]]:
    """A home in a schema of its own, and how its owner and a worker without rights reach it."""
    with psycopg.connect(server.setting("postgres"), autocommit=True) as administrator:
        for role in (_OWNER, _WORKER):
            administrator.execute(f"CREATE ROLE {role} LOGIN")
        administrator.execute(f"CREATE DATABASE {_DATABASE}")
        with psycopg.connect(server.setting(_DATABASE)) as connection:
            connection.execute(f"CREATE SCHEMA spie AUTHORIZATION {_OWNER}")
            connection.execute("CREATE TABLE public.something (number integer)")
            connection.execute(f"GRANT SELECT ON public.something TO {_WORKER}")
        found = {role: server.setting(_DATABASE, role) + _OPTIONS for role in (_OWNER, _WORKER)}
        engine = postgresql_engine(found[_OWNER], _LEASE, kept=0)
        with engine.begin() as owner:
            schema.upgrade(owner)
        _carry_out(found[_OWNER], grants(_WORKER))
        yield found
        administrator.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")
        for role in (_OWNER, _WORKER):
            administrator.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_event SET event = event",
        "UPDATE evidence_node SET hash = hash",
        "DELETE FROM evidence_event",
        "DELETE FROM evidence_node",
    ],
)
def test_a_worker_adds_to_a_log_in_whichever_schema_and_rewrites_nothing_of_it(
    settings: dict[str, str], statement: str
) -> None:
    added = "INSERT INTO evidence_node (level, node_index, hash) VALUES (0, 0, '')"
    _carry_out(settings[_WORKER], added, "SELECT * FROM public.something")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _carry_out(settings[_WORKER], statement)


def test_rights_are_given_all_at_once_or_not_at_all(settings: dict[str, str]) -> None:
    _carry_out(settings[_OWNER], "DROP TABLE told_notice")

    with pytest.raises(psycopg.errors.UndefinedTable):
        _carry_out(settings[_OWNER], grants(_WORKER))

    _carry_out(settings[_WORKER], "SELECT * FROM evidence_event")


def test_nothing_is_to_be_said_of_the_role_of_every_day(settings: dict[str, str]) -> None:
    assert _verdicts(settings[_WORKER]) == [Verdict.GOOD, Verdict.GOOD]


@pytest.mark.parametrize(
    "statement",
    [
        f"GRANT UPDATE ON evidence_event TO {_WORKER}",
        f"GRANT DELETE ON evidence_node TO {_WORKER}",
        "GRANT UPDATE (hash) ON evidence_node TO PUBLIC",
        f"GRANT {_OWNER} TO {_WORKER} WITH INHERIT FALSE",
    ],
)
def test_a_role_that_may_rewrite_the_log_is_found(
    settings: dict[str, str], server: PostgresqlServer, statement: str
) -> None:
    _carry_out(server.setting(_DATABASE) + _OPTIONS, statement)

    assert _verdicts(settings[_WORKER]) == [Verdict.WATCH, Verdict.GOOD]


def test_the_owner_may_rewrite_the_log_and_is_found(settings: dict[str, str]) -> None:
    assert _verdicts(settings[_OWNER]) == [Verdict.WATCH, Verdict.GOOD]


def test_a_role_that_cannot_finish_a_destruction_is_told_who_can(settings: dict[str, str]) -> None:
    _carry_out(settings[_OWNER], f"REVOKE MAINTAIN ON sent_line FROM {_WORKER}")

    role = PostgresqlPlace(settings[_WORKER], _LEASE).role_in_use()

    assert [finding.verdict for finding in role_findings(role)] == [Verdict.GOOD, Verdict.WATCH]
    assert role is not None
    assert f"que {_OWNER}, le propriétaire, exécute" in role.way_to_finish


def test_before_version_17_the_owner_alone_is_said_to_finish_a_destruction() -> None:
    said = way_to_finish("spie", "spie_owner", 16)

    assert "désignez spie_owner dans SPIE_EXCHANGE_DATABASE" in said
    assert "spie-exchange purge --for-real" in said
    assert "database roles" not in said


@pytest.mark.parametrize("name", ["Spie", "spie; DROP TABLE person", "", "spie-62", "é"])
def test_a_name_of_role_that_would_be_quoted_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="nom de rôle"):
        grants(name)


def _verdicts(setting: str) -> Sequence[Verdict]:
    role = PostgresqlPlace(setting, _LEASE).role_in_use()
    return [finding.verdict for finding in role_findings(role)]


def _carry_out(setting: str, *statements: str) -> None:
    with psycopg.connect(setting, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
