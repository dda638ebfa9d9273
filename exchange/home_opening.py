"""Opening a home, making a new one, bringing one to the newest version; what is refused there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version

from exchange.accounts import Actor, operating_system_actor
from exchange.audit.checkpoints import require_continued
from exchange.audit.events import EventKind, Outcome, read_event
from exchange.clock import Clock, TrialClock, WallClock
from exchange.errors import AttentionError, ConfigurationError, ExchangeError
from exchange.home import Home, read_home, write_home
from exchange.name_indexes import index_names
from exchange.settings import Settings
from exchange.storage import schema
from exchange.storage.database import Database
from exchange.wiring import Service, database_of, service_of
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.notes import NoteSigner

_TRIAL_SEAL_NAME = "Département (ESSAI)"


@contextmanager
def open_service(settings: Settings, *, inspecting: bool) -> Iterator[Service]:
    """Open the home that the settings name; sign a checkpoint when the work is over.

    Refuses a schema of another version, a home whose file says something else of the trial
    than its first event does, and, unless it is opened for ``inspecting``, a log that no
    longer continues its last checkpoint.
    """
    home = read_home(settings.required_home())
    actor = operating_system_actor(settings.sudo_user)
    require_database(home)
    bare = database_of(home, WallClock(), actor)
    bare.require_current_schema()
    require_same_nature(home, bare)
    keyring = Keyring(home.keyring, home.master_key)
    service = service_of(home, settings, clock_of(home, actor), keyring)
    _require_checkpoints(service, inspecting=inspecting)
    size_before = service.evidence_size()
    try:
        yield service
    except BaseException:
        # What went wrong is what the operator must read, whatever the signing says.
        with suppress(ExchangeError):
            service.sign_checkpoint_if_grown(size_before)
        raise
    service.sign_checkpoint_if_grown(size_before)


def initialise(home: Home, settings: Settings) -> None:
    """Fill a new home: keys, database, the first leaf, which says whether it is a trial."""
    keyring = Keyring.create(home.keyring, home.master_key)
    now = datetime.now(UTC)
    keyring.add(KeyPurpose.PSEUDONYM, "evidence", now)
    log_key = NoteSigner.generate(home.origin).private_key_der()
    keyring.add(KeyPurpose.CHECKPOINT, "evidence", now, log_key)
    service = service_of(home, settings, WallClock(), keyring)
    service.checkpoints.create()
    with service.database.upgrading() as work:
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
    require_database(home)
    keyring = Keyring(home.keyring, home.master_key)
    database = database_of(home, WallClock(), operating_system_actor(settings.sudo_user))
    newest = schema.head()
    with database.upgrading() as work:
        indexed = index_names(work.unindexed, keyring, progress)
        work.evidence.record(EventKind.HOME_UPGRADED, Outcome.DONE, schema=newest, indexed=indexed)
    return newest


def require_database(home: Home) -> None:
    """Raise ``ConfigurationError`` where no database is, before SQLite makes an empty one."""
    # SQLite would make an empty one, and ``upgrade`` begin another log in it.
    if not (home.database.is_file() and home.database.stat().st_size):
        raise ConfigurationError(
            f"la base {home.database} manque ou est vide", "restaurez-la depuis la sauvegarde"
        )


def require_same_nature(home: Home, database: Database) -> None:
    """Raise ``AttentionError`` when ``home.json`` calls a real home a trial, or the reverse."""
    with database.read() as work:
        first = read_event(work.evidence_rows.event(0))
    if first.details.get("trial") is not home.trial:
        raise AttentionError(
            "home.json ne dit pas la même chose que le premier événement du journal : un dossier "
            "d'essai ne devient pas réel, ni l'inverse",
            "restaurez home.json depuis la sauvegarde",
        )


def clock_of(home: Home, actor: Actor) -> Clock:
    """Give the clock of a home: the wall's, or a trial's at its kept offset."""
    if not home.trial:
        return WallClock()
    with database_of(home, WallClock(), actor).read() as work:
        return TrialClock(work.state.clock_offset())


def _require_checkpoints(service: Service, *, inspecting: bool) -> None:
    # Evidence that cannot be kept outside the home would come too late to notice; and the
    # first checkpoint is signed before ``home.json`` is written: a home has always one.
    previous = service.last_checkpoint()
    if previous is None:
        raise ConfigurationError(
            f"le fichier {service.home.checkpoints} n'a plus aucun point de contrôle",
            "restaurez-le depuis la sauvegarde : le journal se vérifie contre lui",
        )
    if not inspecting:
        with service.database.read() as work:
            require_continued(work.evidence_rows, previous)
