"""What is held against what was copied: every row, value by value."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert

from exchange.errors import AttentionError
from exchange.storage.moving import require_same_rows
from exchange.storage.tables import claim

_UNTIL = datetime(2023, 1, 31, 10, tzinfo=UTC)
_ROWS = [{"subject": name, "epoch": 7, "holder": "spie", "until": _UNTIL} for name in ("a", "b")]


@pytest.fixture(name="bases")
def _bases(tmp_path: Path) -> Iterator[tuple[Connection, Connection]]:
    """Two databases with the same two rows."""
    with ExitStack() as opened:
        engines = [create_engine(f"sqlite:///{tmp_path / name}") for name in ("here", "there")]
        here, there = (opened.enter_context(engine.begin()) for engine in engines)
        for connection in (here, there):
            claim.create(connection)
            connection.execute(insert(claim), _ROWS)
        yield here, there


def test_the_same_rows_are_what_they_should_be(bases: tuple[Connection, Connection]) -> None:
    require_same_rows(*bases, claim)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE claim SET holder = 'spie ' WHERE subject = 'b'",
        "UPDATE claim SET epoch = 8 WHERE subject = 'a'",
        "DELETE FROM claim WHERE subject = 'b'",
        "INSERT INTO claim SELECT 'c', epoch, holder, until FROM claim WHERE subject = 'a'",
    ],
    ids=["another text", "another number", "one less", "one more"],
)
def test_a_row_that_is_another_is_found(bases: tuple[Connection, Connection], change: str) -> None:
    bases[1].exec_driver_sql(change)

    with pytest.raises(AttentionError, match="la table claim n'a pas été copiée telle quelle"):
        require_same_rows(*bases, claim)
