"""Founding a home, joining one from another machine, bringing one to the newest version."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from exchange.actors import operating_system_actor
from exchange.audit.events import EventKind, Outcome, read_event
from exchange.audit.recording import EvidenceRecorder
from exchange.errors import AttentionError, RefusedError
from exchange.home import DatabaseKind, Home, write_home
from exchange.home_opening import clock_of, require_checkpoints
from exchange.home_placement import make_home_folders, placed_home
from exchange.name_indexes import index_names
from exchange.settings import Settings
from exchange.storage import schema
from exchange.storage.database import Database, UnitOfWork
from exchange.storage.home_state import LOG_ORIGIN
from exchange.storage.places import server_place
from exchange.wiring import database_of, place_of, service_of
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.notes import NoteSigner

_TRIAL_SEAL_NAME: Final = "Département (ESSAI)"


def initialise(home: Home, settings: Settings) -> None:
    """Fill a new home: keys, database, the first leaf, which says whether it is a trial."""
    place = place_of(home, settings)
    place.require_vacant()
    make_home_folders(home)
    clock = place.wall_clock()
    keyring = Keyring.create(home.keyring, home.master_key)
    now = clock.now()
    keyring.add(KeyPurpose.PSEUDONYM, "evidence", now)
    log_key = NoteSigner.generate(home.origin).private_key_der()
    keyring.add(KeyPurpose.CHECKPOINT, "evidence", now, log_key)
    service = service_of(home, place, settings, clock, keyring)
    service.checkpoints.create()
    with service.database.upgrading() as work:
        _require_still_vacant(work, home)
        work.state.put(LOG_ORIGIN, home.origin)
        work.evidence.record(
            EventKind.HOME_CREATED,
            Outcome.DONE,
            trial=home.trial,
            version=version("spie-exchange"),
        )
    if home.trial:
        service.seals().make_trial_seal(_TRIAL_SEAL_NAME)
    service.sign_checkpoint()
    write_home(home)


def _require_still_vacant(work: UnitOfWork, home: Home) -> None:
    """Refuse a base that another machine has founded its home on since it was found vacant."""
    if work.state.get(LOG_ORIGIN) is None and work.evidence_rows.head().frontier.size == 0:
        return
    raise RefusedError(
        "la base vient d'être prise par un autre dossier de travail",
        "désignez-en une autre, ou rejoignez-la : spie-exchange init --join ; retirez d'abord ce "
        f"qui vient d'être fait ici : {home.keyring}, {home.master_key}, {home.checkpoints}",
    )


def join_home(
    path: Path,
    settings: Settings,
    *,
    shared: Path,
    master_key: Path | None,
    checkpoints: Path | None,
) -> Home:
    """Make the home of one more machine, on a database and a shared folder that are there.

    What the log is called, and whether it is a trial's, is the database's to say. Nothing is
    made unless the keys open and the log continues its last checkpoint.
    """
    origin, trial = _nature_of_database(settings)
    home = placed_home(
        path,
        origin=origin,
        trial=trial,
        master_key=master_key,
        checkpoints=checkpoints,
        database_kind=DatabaseKind.POSTGRESQL,
        shared=shared,
    )
    keyring = Keyring(home.keyring, home.master_key)
    place = place_of(home, settings)
    service = service_of(home, place, settings, clock_of(home, place, settings), keyring)
    require_checkpoints(service, inspecting=False)
    make_home_folders(home)
    with service.database.begin() as work:
        work.evidence.record(
            EventKind.HOME_JOINED,
            Outcome.DONE,
            machine=service.machine,
            version=version("spie-exchange"),
        )
    service.sign_checkpoint()
    write_home(home)
    return home


def _nature_of_database(settings: Settings) -> tuple[str, bool]:
    """Give the name of the log that a server holds, and whether it is a trial's."""
    place = server_place(settings.required_database(), settings.lease)
    place.require_there()
    actor, clock = operating_system_actor(settings.sudo_user), place.wall_clock()
    database = Database(place, EvidenceRecorder(actor, clock, trial=False))
    database.require_current_schema()
    with database.read() as work:
        origin = work.state.get(LOG_ORIGIN)
        first = read_event(work.evidence_rows.event(0))
    if origin is None:
        raise AttentionError(
            "cette base ne dit pas quel journal elle tient", "spie-exchange upgrade"
        )
    return origin, first.details.get("trial") is True


def upgrade_home(home: Home, settings: Settings, progress: Callable[[int], None]) -> str:
    """Bring a home's schema to the newest version, and its rows with it; give that version.

    ``progress`` gets the number of rows opened so far.
    """
    place = place_of(home, settings)
    place.require_there()
    keyring = Keyring(home.keyring, home.master_key)
    database = database_of(home, place, settings, place.wall_clock())
    newest = schema.head()
    with database.upgrading() as work:
        # Homes from before several could share a server do not say it yet.
        if work.state.get(LOG_ORIGIN) is None:
            work.state.put(LOG_ORIGIN, home.origin)
        indexed = index_names(work.unindexed, keyring, progress)
        work.evidence.record(EventKind.HOME_UPGRADED, Outcome.DONE, schema=newest, indexed=indexed)
    return newest
