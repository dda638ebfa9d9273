"""The key of a request on a server: what is read of it there is not read at one moment."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from exchange.actors import operating_system_actor
from exchange.audit.recording import EvidenceRecorder
from exchange.clock import WallClock
from exchange.idempotency import FirstAnswer, KeyedRequest, RequestKeys
from exchange.locks import SignsOfLife
from exchange.storage.database import Database
from exchange.storage.place import Place
from exchange.storage.places import server_place
from tests.fakes.postgresql_server import PostgresqlServer

_DATABASE = "request_keys"
_ADDED = """
    INSERT INTO account (account_id, role, agreement_id, recipient_id, created_at,
        commitment_digest)
    VALUES ('systeme', 'local-system', '', '', '', '')
"""
_ANSWER = FirstAnswer(201, {}, b"{}")


@dataclass(slots=True)
class _SignsAsked:
    """The signs of a server; while one is asked about, whoever gave it ends its work."""

    signs: SignsOfLife
    ending: ExitStack = field(default_factory=ExitStack)

    def given(self, name: str) -> AbstractContextManager[None]:
        return self.signs.given(name)

    def is_given(self, name: str) -> bool:
        self.ending.close()
        return self.signs.is_given(name)

    def clear(self, name: str) -> None:
        self.signs.clear(name)


@pytest.fixture(name="place")
def _place(server: PostgresqlServer) -> Iterator[Place]:
    with psycopg.connect(server.setting("postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {_DATABASE}")
        yield server_place(server.setting(_DATABASE), timedelta(minutes=1), 0)
        administrator.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")


def test_what_is_answered_while_the_same_request_is_looked_at_is_answered_again(
    place: Place, tmp_path: Path
) -> None:
    clock, actor = WallClock(), operating_system_actor("")
    database = Database(place, EvidenceRecorder(actor, clock, trial=False))
    with database.upgrading():
        pass
    with place.engine.begin() as connection:
        connection.exec_driver_sql(_ADDED)
    signs = _SignsAsked(place.signs(tmp_path))
    keys = RequestKeys(database, signs, clock)
    first, second = (KeyedRequest("systeme", b"key", b"same", one) for one in ("1", "2"))
    signs.ending.enter_context(keys.claimed(first))
    signs.ending.callback(keys.keep, first, _ANSWER)

    with keys.claimed(second) as answer:
        assert answer == _ANSWER
