"""A database in a file of SQLite: one machine, nothing to install."""

import sqlite3
import weakref
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from exchange.clock import Clock, WallClock
from exchange.errors import (
    AttentionError,
    ConfigurationError,
    ExchangeError,
    RefusedError,
    RetryLaterError,
)
from exchange.locks import LockedFiles, SignsOfLife
from exchange.storage import sqlite_engine
from exchange.storage.role_in_use import RoleInUse


class SqlitePlace:
    """Satisfies ``exchange.storage.place.Place`` with a file."""

    def __init__(self, path: Path, *, pooled: bool = False) -> None:
        """Nothing is made at ``path`` before a connection is asked for.

        ``pooled`` is as in ``sqlite_engine``.
        """
        self._path = path
        self._pooled = pooled

    @cached_property
    def engine(self) -> Engine:
        """The engine."""
        engine = sqlite_engine.sqlite_engine(self._path, pooled=self._pooled)
        # Whoever forgets the place lets its connections go.
        weakref.finalize(self, engine.dispose)
        return engine

    def reading(self, connection: Connection) -> Connection:
        """Give a connection whose next transaction only reads."""
        return sqlite_engine.reading(connection)

    def impatient(self, connection: Connection) -> Connection:
        """Give a connection whose next transaction hardly waits for who writes."""
        return sqlite_engine.impatient(connection)

    def require_there(self) -> None:
        """Raise ``ConfigurationError`` where no database is."""
        # SQLite would make an empty one, and ``upgrade`` begin another log in it.
        if not (self._path.is_file() and self._path.stat().st_size):
            raise ConfigurationError(
                f"la base {self._path} manque ou est vide", "restaurez-la depuis la sauvegarde"
            )

    def require_vacant(self) -> None:
        """Raise ``RefusedError`` where a file lies already."""
        if self._path.exists():
            raise RefusedError(
                f"{self._path} existe déjà, il n'est pas remplacé",
                "s'il reste d'une initialisation interrompue, déplacez-le ; sinon, choisissez un "
                "autre chemin",
            )

    def require_sound(self) -> None:
        """Raise ``AttentionError`` when the file is not what SQLite wrote into it."""
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        if found != ["ok"]:
            raise AttentionError(
                f"le fichier de la base est abîmé ({len(found)} défauts)",
                "n'écrivez plus rien ; restaurez-le depuis la dernière bonne sauvegarde",
            )

    def overwrite_free_pages(self) -> None:
        """Rebuild the database file without what was deleted, and empty its journals.

        ``secure_delete`` has overwritten the rows already; the rebuilding takes the
        remnants that b-tree balancing leaves, the truncation those of the journal.
        """
        with self.engine.connect() as connection:
            raw = connection.connection.cursor()
            try:
                raw.execute("VACUUM")
                busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                # From the driver itself: VACUUM runs outside of any transaction.
                raise _operational(str(error)) from None
        if busy:
            raise RetryLaterError(
                "la base est lue par un autre processus, son journal n'a pas pu être vidé",
                "attendez qu'il ait fini, puis recommencez",
            )

    def role_in_use(self) -> RoleInUse | None:
        """Tell that a file knows no roles: who may write it may do everything."""
        return None

    def wall_clock(self) -> Clock:
        """Give the machine's clock."""
        return WallClock()

    def signs(self, folder: Path) -> SignsOfLife:
        """Give signs that are locked files."""
        return LockedFiles(folder)

    def error_of(self, error: DBAPIError) -> ExchangeError:
        """Say in our words what SQLite said in its own."""
        if isinstance(error, OperationalError):
            return _operational(str(error.orig))
        return AttentionError(
            f"la base de données refuse l'opération ({type(error).__name__})",
            "restaurez-la depuis la sauvegarde si cela se répète",
        )


def _operational(cause: str) -> ExchangeError:
    if "locked" in cause or "busy" in cause:
        return RetryLaterError(
            "la base est occupée par un autre processus",
            "réessayez ; si cela dure, une commande n'avance plus : arrêtez-la",
        )
    if "full" in cause:
        return RetryLaterError("le disque est plein", "libérez de la place, puis recommencez")
    if "readonly" in cause or "unable to open" in cause:
        return ConfigurationError(
            "la base ne peut pas être ouverte en écriture", "vérifiez les droits du dossier"
        )
    return AttentionError(
        "la base de données ne répond pas comme attendu",
        "vérifiez le disque, puis : spie-exchange audit verify",
    )
