"""What the environment decides: the only module that reads it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from exchange.errors import ConfigurationError

HOME_VARIABLE = "SPIE_EXCHANGE_HOME"
LEASE_VARIABLE = "SPIE_EXCHANGE_LEASE_SECONDS"
DATABASE_VARIABLE = "SPIE_EXCHANGE_DATABASE"
_COUNTS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_LEASE = timedelta(minutes=10)
_WHOLE_SECONDS = re.compile("[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything taken from the environment, read once by ``settings_from``.

    ``home`` is where database, keyring and outbox lie; ``sudo_user`` is a remark beside
    the real account in the evidence, never the account itself. ``lease`` is how long a
    command may stay without a sign before another takes its work over. ``database`` is how
    to reach a PostgreSQL database, in libpq's words; empty where the home keeps its own file.
    """

    home: Path | None
    sudo_user: str
    lease: timedelta = _LEASE
    database: str = field(default="", repr=False)

    def required_home(self) -> Path:
        """Give the home. Raises ``ConfigurationError`` when none is named."""
        if self.home is None:
            raise ConfigurationError(
                "aucun dossier de travail n'est désigné",
                f"écrivez par exemple : export {HOME_VARIABLE}=/var/lib/spie-exchange",
            )
        return self.home

    def required_database(self) -> str:
        """Give how the server is reached. Raises ``ConfigurationError`` when nothing says it."""
        if not self.database:
            raise ConfigurationError(
                f"la base PostgreSQL n'est pas désignée : {DATABASE_VARIABLE} n'est pas donnée",
                f"écrivez par exemple : export {DATABASE_VARIABLE}=postgresql://spie@base/spie",
            )
        return self.database


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Build the settings from a mapping such as the process environment."""
    home = environment.get(HOME_VARIABLE, "")
    return Settings(
        home=Path(home).absolute() if home else None,
        sudo_user=environment.get("SUDO_USER", ""),
        lease=_lease(environment.get(LEASE_VARIABLE, "")),
        database=environment.get(DATABASE_VARIABLE, ""),
    )


def process_settings() -> Settings:
    """Build the settings of this process."""
    return settings_from(os.environ)  # noqa: TID251 - the one place that reads the environment


def let_processes_count_in(folder: Path) -> None:
    """Have this process and those forked from it keep their metrics in files of a folder.

    The library of metrics takes it from the environment only, at the moment it is imported.
    """
    os.environ[_COUNTS_VARIABLE] = str(folder)  # noqa: TID251 - read by the library alone


def _lease(seconds: str) -> timedelta:
    if not seconds:
        return _LEASE
    if _WHOLE_SECONDS.fullmatch(seconds) is None:
        raise ConfigurationError(
            f"{LEASE_VARIABLE} n'est pas un nombre entier de secondes, entre 1 et 999999",
            f"retirez cette variable : sans elle, c'est {_LEASE.seconds}",
        )
    return timedelta(seconds=int(seconds))
