"""Opening a home, and what is refused there."""

from collections.abc import Iterator
from contextlib import contextmanager

from exchange.audit.checkpoints import require_continued
from exchange.audit.events import read_event
from exchange.clock import Clock, TrialClock
from exchange.errors import AttentionError, ConfigurationError
from exchange.home import Home, read_home
from exchange.settings import DATABASE_VARIABLE, Settings
from exchange.storage.database import Database
from exchange.storage.home_state import LOG_ORIGIN
from exchange.storage.place import Place
from exchange.wiring import Service, database_of, place_of, service_of
from keys.keyring import Keyring


@contextmanager
def open_service(settings: Settings, *, inspecting: bool) -> Iterator[Service]:
    """Open the home that the settings name; sign a checkpoint when the work is over.

    Refuses what ``examined_service`` does.
    """
    service = examined_service(settings, inspecting=inspecting)
    with service.vouching():
        yield service


def examined_service(
    settings: Settings, *, inspecting: bool, place: Place | None = None
) -> Service:
    """Choose everything for the home that the settings name, once it may be worked on.

    Refuses a schema of another version, a home whose file says something else of the trial
    than its first event does, and, unless it is opened for ``inspecting``, a log that no
    longer continues its last checkpoint. ``place`` is where its database was found before.
    """
    home = read_home(settings.required_home())
    place = place or place_of(home, settings)
    place.require_there()
    bare = database_of(home, place, settings, place.wall_clock())
    bare.require_current_schema()
    require_own_database(home, bare)
    keyring = Keyring(home.keyring, home.master_key)
    service = service_of(home, place, settings, clock_of(home, place, settings), keyring)
    require_checkpoints(service, inspecting=inspecting)
    return service


def require_own_database(home: Home, database: Database) -> None:
    """Raise ``AttentionError`` when the database is another home's, or of another nature."""
    with database.read() as work:
        origin = work.state.get(LOG_ORIGIN)
        first = read_event(work.evidence_rows.event(0))
    if origin not in {None, home.origin}:
        raise AttentionError(
            "cette base est celle d'un autre dossier de travail : elle tient un autre journal",
            f"désignez la bonne base par {DATABASE_VARIABLE}, ou restaurez home.json depuis la "
            "sauvegarde",
        )
    if first.details.get("trial") is not home.trial:
        raise AttentionError(
            "home.json ne dit pas la même chose que le premier événement du journal : un dossier "
            "d'essai ne devient pas réel, ni l'inverse",
            "restaurez home.json depuis la sauvegarde",
        )


def clock_of(home: Home, place: Place, settings: Settings) -> Clock:
    """Give the clock of a home: the wall's, or a trial's at its kept offset."""
    wall_clock = place.wall_clock()
    if not home.trial:
        return wall_clock
    with database_of(home, place, settings, wall_clock).read() as work:
        return TrialClock(wall_clock, work.state.clock_offset())


def require_checkpoints(service: Service, *, inspecting: bool) -> None:
    """Raise ``ConfigurationError`` without a checkpoint, ``AttentionError`` when the log left it.

    Whoever only inspects is not kept out by a log that disagrees.
    """
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
