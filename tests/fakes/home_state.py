"""What a home holds, without what chance and the clock put into it: two homes can be compared."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from tests.fakes.departement import Departement
from tests.fakes.home_database import ask, opened

# Of these columns only whether they hold something is compared.
_BY_CHANCE = re.compile(
    "(load|purge|objection)_id|load_number|.*_at|until|absent_since|sealed|epoch|certificate|document|notice"
    "|package_(digest|size)|challenge_digest|replaces|outcome_leaf"
)
_RANDOM_PEOPLE = ("person", "staged_row", "held_row")
_ASIDE = ("claim", "home_state", "evidence_event", "evidence_node", "evidence_head")
_PUBLISHED = """
    SELECT transfer_id, package_digest FROM transfer
    WHERE published_at IS NOT NULL AND package_removed_at IS NULL
"""
_HEXADECIMAL = re.compile("[0-9a-f]{16,}")
_OF_SQLITE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class HomeState:
    """``rows`` by table, ``files`` by name, ``done`` acts by kind of evidence.

    What only begins, fails or looks is no act. Loads that counted the same are one: a file
    may be loaded again.
    """

    rows: dict[str, Counter[str]]
    files: frozenset[str]
    done: Counter[str]


def home_state(departement: Departement) -> HomeState:
    """Look at a home. Fails when a published package is not the one of the register."""
    with opened(departement.home) as connection:
        tables = sorted(set(inspect(connection).get_table_names()) - set(_ASIDE))
        rows = {name: _rows(connection, name) for name in tables}
    rows["load"] = Counter(set(rows["load"]))
    for name, digest in ask(departement.home, _PUBLISHED):
        package = departement.package(name)
        assert hashlib.sha256(package.read_bytes()).hexdigest() == digest, name
    return HomeState(rows, _files(departement.home), acts_done(departement))


def _rows(connection: Connection, table: str) -> Counter[str]:
    found = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - a name of ours
    names = list(found.keys())
    return Counter(
        repr([_compared(table, *pair) for pair in zip(names, row, strict=True)]) for row in found
    )


def _compared(table: str, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    by_chance = (
        _BY_CHANCE.fullmatch(name)
        or (name == "person_id" and table in _RANDOM_PEOPLE)
        or (name, table) == ("line", "sent_line")  # the order is drawn for each transfer
    )
    return (name, value is not None) if by_chance else (name, value)


def acts_done(departement: Departement) -> Counter[str]:
    """Count the acts of a home by kind of evidence."""
    rows = ask(departement.home, "SELECT event FROM evidence_event ORDER BY leaf_index")
    events = [json.loads(row[0]) for row in rows]
    return Counter(
        event["kind"]
        for event in events
        if event["outcome"] in {"done", "refused"} and not event["kind"].startswith("log.")
    )


def _files(home: Path) -> frozenset[str]:
    return frozenset(
        _HEXADECIMAL.sub("*", str(path.relative_to(home)))
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith(_OF_SQLITE)
    )
