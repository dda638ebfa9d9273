"""Writing a table of PostgreSQL anew, so that no file of it holds what was deleted."""

import re
import time
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from exchange.errors import ConfigurationError, RetryLaterError
from exchange.storage.role_in_use import names_of, way_to_finish

_RETRY_SECONDS: Final = 0.5
_FILE: Final = text("SELECT pg_relation_filenode(to_regclass(:name))")
_NUMBER: Final = re.compile(r"\d+")


def write_anew(connection: Connection, name: str, patience: timedelta) -> None:
    """Write a table into a new file, without any row that was deleted.

    The server keeps a deleted row for as long as anybody may still see it: an older
    transaction, prepared or not, of whichever role, or one on a replica that says so. Raises
    ``RetryLaterError`` when that lasts for longer than ``patience``, ``ConfigurationError``
    for a role that may not rewrite the table.
    """
    given_up_at = time.monotonic() + patience.total_seconds()
    while _kept_by_rewriting(connection, name):
        if time.monotonic() > given_up_at:
            raise RetryLaterError(
                "la base est lue par un autre processus, qui y voit encore ce qui est détruit",
                "attendez qu'il ait fini, puis recommencez ; voyez pg_stat_activity, "
                "pg_prepared_xacts et pg_replication_slots",
            )
        time.sleep(_RETRY_SECONDS)


def _kept_by_rewriting(connection: Connection, name: str) -> int:
    """Write a table anew; give how many deleted rows went along, for who still sees them."""
    before = _file(connection, name)
    told = _told_by(connection, f"VACUUM (FULL, VERBOSE) {name}")
    # To whoever may not, PostgreSQL says so in a mere warning.
    if not told or _file(connection, name) == before:
        role, owner, version = names_of(connection, name)
        raise ConfigurationError(
            f"la destruction n'est pas finie : le rôle {role} n'a pas le droit de récrire la table "
            f"{name}",
            way_to_finish(role, owner, version),
        )
    return sum(told)


def _file(connection: Connection, name: str) -> int | None:
    found: int | None = connection.execute(_FILE, {"name": name}).scalar_one()
    return found


def _told_by(connection: Connection, statement: str) -> list[int]:
    """Carry out a statement; give the first number of each detail that the server tells.

    VACUUM tells "N dead row versions cannot be removed yet", in the server's language.
    """
    details: list[str] = []

    def keep(diagnostic: Any) -> None:  # noqa: ANN401 - the driver's
        details.append(diagnostic.message_detail or "")

    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(keep)
    try:
        connection.execute(text(statement))
    finally:
        driver.remove_notice_handler(keep)
    return [int(number.group()) for number in map(_NUMBER.search, details) if number]
