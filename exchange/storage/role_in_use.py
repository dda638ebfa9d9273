"""The role of PostgreSQL that works on a database: what it may do that it should not, or cannot."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from exchange.storage.roles import ONLY_ADDED_TO, is_written_anew
from exchange.storage.tables import metadata

_RIGHT_TO_REWRITE_SINCE: Final = 17
# Whoever owns a table, or may become its owner, may give themselves any right on it; a trigger
# rewrites what is about to be added.
_REWRITES: Final = text("""
    SELECT bool_or(
        has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
        OR has_any_column_privilege(pg_class.oid, 'UPDATE')
        OR pg_has_role(relowner, 'MEMBER') OR pg_has_role(nspowner, 'MEMBER')
    )
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = ANY (CAST(CAST(:names AS text[]) AS regclass[]))
""")
_WRITES_ANEW: Final = text("""
    SELECT bool_and(
        pg_has_role(relowner, 'USAGE') OR pg_has_role(datdba, 'USAGE')
        OR CASE WHEN current_setting('server_version_num')::int >= 170000
            THEN has_table_privilege(pg_class.oid, 'MAINTAIN') ELSE false END
    )
    FROM pg_class JOIN pg_database ON datname = current_database()
    WHERE pg_class.oid = ANY (CAST(CAST(:names AS text[]) AS regclass[]))
""")
_NAMES: Final = text("""
    SELECT current_user::text, pg_get_userbyid(relowner)::text,
        current_setting('server_version_num')::int / 10000
    FROM pg_class WHERE oid = to_regclass(:name)
""")


@dataclass(frozen=True, slots=True)
class RoleInUse:
    """A role, and what it may do on the tables of a home.

    ``way_to_finish`` is what an operator does so that a destruction is finished.
    """

    name: str
    may_rewrite_log: bool
    may_finish_destructions: bool
    way_to_finish: str


def role_in_use(connection: Connection) -> RoleInUse:
    """Look at what the role of a connection may do."""
    log = [table.name for table in ONLY_ADDED_TO]
    anew = list(filter(is_written_anew, metadata.tables))
    name, owner, version = names_of(connection, log[0])
    return RoleInUse(
        name,
        may_rewrite_log=connection.execute(_REWRITES, {"names": log}).scalar_one(),
        may_finish_destructions=connection.execute(_WRITES_ANEW, {"names": anew}).scalar_one(),
        way_to_finish=way_to_finish(name, owner, version),
    )


def names_of(connection: Connection, table: str) -> tuple[str, str, int]:
    """Give the role in use, the owner of a table, and the server's version."""
    name, owner, version = connection.execute(_NAMES, {"name": table}).one()
    return name, owner, version


def way_to_finish(name: str, owner: str, version: int) -> str:
    """Say who finishes a destruction that a role may not finish, and how."""
    if version >= _RIGHT_TO_REWRITE_SINCE:
        return (
            f"que {owner}, le propriétaire, exécute ce qu'écrit : spie-exchange database roles "
            f"{name} ; puis relancez : spie-exchange purge --for-real, qui la finit"
        )
    return (
        f"sur PostgreSQL {version}, le propriétaire seul la finit : désignez {owner} dans "
        "SPIE_EXCHANGE_DATABASE, puis : spie-exchange purge --for-real"
    )
