"""Moving the database of a home from its file to a server of PostgreSQL.

Properties that hold:

1. nobody works on any agreement meanwhile, and the place it goes to is vacant;
2. the intent is in the evidence of the file, and goes with it to the server;
3. every row goes in one transaction, and is there, value by value, what it is here;
4. the log on the server verifies against the checkpoints kept outside the home;
5. ``home.json`` is written last: until then the file is the database, whatever was copied;
6. a process that still has the file in its hand cannot write into it any more; then it goes,
   its journals first. Whoever is killed between (5) and the commit that closes the file leaves
   it as it was: ``doctor`` names it, and what such a process wrote there would be no evidence;
7. what failed here does not go on failing there, where it would be counted under another name.
"""

from dataclasses import dataclass, replace

from exchange.audit.events import EventKind, Outcome
from exchange.diagnosis.log_check import BeginProgress, trusted_checkpoints, verify_log
from exchange.errors import RefusedError
from exchange.home import DatabaseKind, Home, read_home, write_home
from exchange.home_opening import clock_of, examined_service
from exchange.settings import Settings
from exchange.storage.place import Place
from exchange.storage.places import server_place
from exchange.wiring import Service, service_of
from keys.durable_files import sync_folder


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, or would be: ``rows``, and ``events`` of the log that verified."""

    rows: int
    events: int = 0


def plan_move(settings: Settings) -> Moved:
    """Say what would be moved. Raises what ``move_database`` does before it begins."""
    service, _ = _opened(settings)
    return Moved(service.database.count_rows())


def move_database(settings: Settings, begin: BeginProgress) -> Moved:
    """Move the database of a home to the server that the settings name.

    Raises ``RefusedError`` or ``ConfigurationError`` for what it cannot be moved from or to,
    ``AttentionError`` when what is there is not what was here: the home is as it was.
    """
    service, place = _opened(settings)
    home = replace(service.home, database_kind=DatabaseKind.POSTGRESQL)
    with service.alone() as alone:  # (1)
        rows = alone.database.count_rows()
        with alone.database.begin() as work:  # (2)
            work.evidence.record(EventKind.DATABASE_MOVED, Outcome.BEGUN, rows=rows)
        progress = begin("lignes copiées", rows)
        with alone.database.moved_to(place, progress) as copied:  # (3)
            moved = service_of(
                home, place, settings, clock_of(home, place, settings), service.keyring
            )
            report = verify_log(moved, trusted_checkpoints(moved), begin)  # (4)
            with moved.database.begin() as work:
                for failed in work.attempts.all():  # (7)
                    work.attempts.drop(failed.job, failed.subject, failed.machine)
                work.evidence.record(EventKind.DATABASE_MOVED, Outcome.DONE, rows=copied)
            write_home(home)  # (5)
    _remove_file(home)  # (6)
    moved.sign_checkpoint()
    return Moved(copied, report.size)


def _opened(settings: Settings) -> tuple[Service, Place]:
    setting = settings.required_database()
    home = read_home(settings.required_home())
    if home.database_kind is DatabaseKind.POSTGRESQL:
        raise RefusedError(
            "la base de ce dossier est déjà sur un serveur PostgreSQL", "spie-exchange status"
        )
    service = examined_service(replace(settings, database=""), inspecting=False)
    place = server_place(setting, settings.lease)
    place.require_vacant()
    return service, place


def _remove_file(home: Home) -> None:
    for path in home.database_files:
        path.unlink(missing_ok=True)
    sync_folder(home.path)
