"""Founding a home, and bringing one to the newest version."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Final

from exchange.audit.events import EventKind, Outcome
from exchange.home import Home, make_home_folders, write_home
from exchange.name_indexes import index_names
from exchange.settings import Settings
from exchange.storage import schema
from exchange.storage.home_state import LOG_ORIGIN
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
    service = service_of(home, settings, clock, keyring)
    service.checkpoints.create()
    with service.database.upgrading() as work:
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


def upgrade_home(home: Home, settings: Settings, progress: Callable[[int], None]) -> str:
    """Bring a home's schema to the newest version, and its rows with it; give that version.

    ``progress`` gets the number of rows opened so far.
    """
    place = place_of(home, settings)
    place.require_there()
    keyring = Keyring(home.keyring, home.master_key)
    database = database_of(home, settings, place.wall_clock())
    newest = schema.head()
    with database.upgrading() as work:
        # Homes from before several could share a server do not say it yet.
        if work.state.get(LOG_ORIGIN) is None:
            work.state.put(LOG_ORIGIN, home.origin)
        indexed = index_names(work.unindexed, keyring, progress)
        work.evidence.record(EventKind.HOME_UPGRADED, Outcome.DONE, schema=newest, indexed=indexed)
    return newest
