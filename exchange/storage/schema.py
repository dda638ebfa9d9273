"""The version of the schema: compared when a home is opened, raised by ``upgrade``."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from exchange.errors import ConfigurationError

_UPGRADING = 0x5350_4945
"""A number of ours among the advisory locks of a server."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest version."""
    if connection.dialect.name == "postgresql":
        # Of two machines that upgrade at once, the second finds it done.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADING})")
    _require_known(connection)
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def require_current(connection: Connection) -> None:
    """Refuse to work on a schema of another version. Raises ``ConfigurationError``."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head():
        return
    _require_known(connection)
    raise ConfigurationError(
        "la base a été faite par une version plus ancienne de spie-exchange",
        "mettez-la à niveau : spie-exchange upgrade",
    )


@cache
def head() -> str:
    """Give the newest version of the schema: the migrations beside this module do not change."""
    newest = _scripts().get_current_head()
    if newest is None:
        raise AssertionError("no migration")
    return newest


def _require_known(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current not in {None, *(script.revision for script in _scripts().walk_revisions())}:
        raise ConfigurationError(
            "la base a été faite par une version plus récente de spie-exchange",
            "installez la version qui l'a faite, ou une plus récente",
        )


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", "exchange.storage:migrations")
    configuration.set_main_option("path_separator", "os")
    return configuration


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())
