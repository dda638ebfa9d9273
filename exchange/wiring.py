"""The composition root: the one place that chooses implementations, for tests too."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from exchange.accounts import Actor, operating_system_actor
from exchange.attempts import Attempts
from exchange.audit.checkpoints import (
    Checkpoint,
    CheckpointFile,
    current_checkpoint,
    require_continued,
)
from exchange.audit.events import EventKind, Outcome, instant_text, read_event
from exchange.audit.log_keys import LogKeys
from exchange.audit.recording import EvidenceRecorder, step_back
from exchange.claims import Claims, every
from exchange.clock import Clock, TrialClock
from exchange.errors import AttentionError, ConfigurationError, ExchangeError
from exchange.home import DatabaseKind, Home, make_home_folders, read_home, write_home
from exchange.name_indexes import index_names
from exchange.packages.naming import outbox_path
from exchange.retention.certificates import CertificateIssuer
from exchange.retention.destroying import Destroyer
from exchange.retention.plan import OutboxPackage
from exchange.retention.purge import Purger
from exchange.rotation.rotating import KeyRotator
from exchange.seals import SealKeeper
from exchange.settings import DATABASE_VARIABLE, Settings
from exchange.storage import schema
from exchange.storage.database import Database
from exchange.storage.home_state import LOG_ORIGIN
from exchange.storage.place import Place
from exchange.storage.places import file_place, server_place
from exchange.transfers.outbox import Outbox
from exchange.transfers.publishing import Publisher
from exchange.transfers.withdrawing import Withdrawer
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.notes import NoteSigner

_TRIAL_SEAL_NAME = "Département (ESSAI)"


@dataclass(frozen=True, slots=True)
class Service:
    """An opened home: everything a command needs, already chosen."""

    home: Home
    database: Database
    keyring: Keyring
    clock: Clock
    actor: Actor
    claims: Claims
    checkpoints: CheckpointFile

    def sign_checkpoint(self) -> str:
        """Sign the current tree head, keep it outside the home, and give it.

        Refuses to sign a tree that does not continue the last checkpoint kept there.
        """
        kept = self.checkpoints.read_all()
        with self.database.read() as work:
            rows = work.evidence_rows
            rows.head()
            # After the head: a key that is the newest here has not handed over before it.
            self.keyring.reload()
            keys = self.log_keys()
            previous = keys.open_last(kept)
            note = current_checkpoint(rows, self.home.origin, keys.current, previous)
        note = keys.handed_over(note, kept)
        self.checkpoints.append(note)
        return note

    def log_keys(self) -> LogKeys:
        """Give the keys of the log. Raises ``ConfigurationError`` when there is none."""
        entries = self.keyring.entries_for(KeyPurpose.CHECKPOINT)
        if not entries:
            raise ConfigurationError(
                "le trousseau n'a plus la clé du journal",
                "restaurez keyring.json et la clé maîtresse depuis la même sauvegarde",
            )
        material = (self.keyring.material(entry.key_id) for entry in entries)
        return LogKeys(self.home.origin, tuple(_signer(self.home, key) for key in material))

    def evidence_size(self) -> int:
        """Count the events of the log."""
        with self.database.read() as work:
            return work.evidence_rows.head().frontier.size

    def sign_checkpoint_if_grown(self, size_before: int) -> None:
        """Sign the head of the log when something was recorded since."""
        if self.evidence_size() > size_before:
            self.sign_checkpoint()

    @contextmanager
    def exclusively(self, agreement_id: str, *, patiently: bool = True) -> Iterator["Service"]:
        """Claim an agreement; give the service whose transactions that claim fences.

        What waited for it sees the keys as they are now.
        """
        with self.claims.hold(agreement_id, patiently=patiently) as fence:
            self.keyring.reload()
            yield replace(self, database=self.database.fenced_by(fence))

    @contextmanager
    def alone(self) -> Iterator["Service"]:
        """Claim every agreement: nothing is loaded, sent or destroyed meanwhile.

        Gives the service whose transactions all those claims fence, as ``exclusively`` does.
        """
        with self.database.read() as work:
            agreement_ids = sorted(work.agreements.ids())
        with ExitStack() as held:
            claims = (self.claims.hold(one, patiently=True) for one in agreement_ids)
            fences = [held.enter_context(claim) for claim in claims]
            self.keyring.reload()
            yield replace(self, database=self.database.fenced_by(every(fences)))

    def clock_step_back(self) -> timedelta:
        """Give by how much the machine's clock is behind the last act; zero when it is not."""
        with self.database.read() as work:
            last_wall_at = work.evidence_rows.head().last_wall_at
        wall_at = self.clock.wall()
        return step_back(last_wall_at or wall_at, wall_at)

    def last_checkpoint(self) -> Checkpoint | None:
        """Give the last checkpoint kept outside the home, its signature verified."""
        return self.log_keys().open_last(self.checkpoints.read_all())

    def set_clock(self, instant: datetime) -> datetime:
        """Set a trial's clock: keep how far it is from the wall clock."""
        with self.database.begin() as work:
            work.state.set_clock_offset(instant - self.clock.wall())
            text = instant_text(instant)
            work.evidence.record(EventKind.CLOCK_SET, Outcome.DONE, instant=text)
        return instant

    def seals(self) -> SealKeeper:
        """Give what keeps the seal."""
        return SealKeeper(self.database, self.keyring, self.home.seal_certificate, self.clock)

    @property
    def outbox(self) -> Outbox:
        """The folder from which recipients fetch."""
        return Outbox(self.home.outbox, self.home.trial)

    def attempts(self) -> Attempts:
        """Give what makes attempts that nobody watches."""
        return Attempts(self.database, self.clock)

    def publisher(self) -> Publisher:
        """Give what publishes transfers."""
        return Publisher(
            store=self.database,
            outbox=self.outbox,
            keyring=self.keyring,
            seal=self.seals().current(),
            clock=self.clock,
            checkpoint=self.sign_checkpoint,
            checkpoint_key=self.log_keys().current.verifier_key,
        )

    def withdrawer(self) -> Withdrawer:
        """Give what takes packages back."""
        return Withdrawer(self.database, self.outbox, self.clock)

    def purger(self) -> Purger:
        """Give what destroys."""
        return Purger(
            store=self.database,
            keyring=self.keyring,
            clock=self.clock,
            package_path=partial(package_path, self.home),
        )

    def certificate_issuer(self) -> CertificateIssuer:
        """Give what certifies destructions."""
        # An empty folder is what backups leave out.
        self.home.certificates.mkdir(mode=0o700, exist_ok=True)
        return CertificateIssuer(
            store=self.database,
            folder=self.home.certificates,
            seal=self.seals().current(),
            clock=self.clock,
            trial=self.home.trial,
            checkpoint=self.sign_checkpoint,
            checkpoint_key=self.log_keys().current.verifier_key,
        )

    def destroyer(self) -> Destroyer:
        """Give what destroys and certifies it."""
        return Destroyer(self.purger(), self.certificate_issuer(), self.publisher().sweep)

    def key_rotator(self) -> KeyRotator:
        """Give what renews keys."""
        return KeyRotator(
            store=self.database,
            keyring=self.keyring,
            clock=self.clock,
            origin=self.home.origin,
            sign_checkpoint=self.sign_checkpoint,
        )


@contextmanager
def open_service(settings: Settings, *, inspecting: bool) -> Iterator[Service]:
    """Open the home that the settings name; sign a checkpoint when the work is over.

    Refuses a schema of another version, a home whose file says something else of the trial
    than its first event does, and, unless it is opened for ``inspecting``, a log that no
    longer continues its last checkpoint.
    """
    home = read_home(settings.required_home())
    place = place_of(home, settings)
    place.require_there()
    bare = database_of(home, settings, place.wall_clock())
    bare.require_current_schema()
    require_own_database(home, bare)
    keyring = Keyring(home.keyring, home.master_key)
    service = _service(home, settings, clock_of(home, settings), keyring)
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
    place = place_of(home, settings)
    place.require_vacant()
    make_home_folders(home)
    clock = place.wall_clock()
    keyring = Keyring.create(home.keyring, home.master_key)
    now = clock.now()
    keyring.add(KeyPurpose.PSEUDONYM, "evidence", now)
    log_key = NoteSigner.generate(home.origin).private_key_der()
    keyring.add(KeyPurpose.CHECKPOINT, "evidence", now, log_key)
    service = _service(home, settings, clock, keyring)
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


def place_of(home: Home, settings: Settings) -> Place:
    """Give the place of a home's database.

    Raises ``ConfigurationError`` when the environment speaks of another kind than the home.
    """
    if home.database_kind is DatabaseKind.POSTGRESQL:
        if not settings.database:
            raise ConfigurationError(
                f"ce dossier a sa base sur PostgreSQL, et {DATABASE_VARIABLE} n'est pas donnée",
                f"écrivez par exemple : export {DATABASE_VARIABLE}=postgresql://spie@base/spie",
            )
        return server_place(settings.database, settings.lease)
    if settings.database:
        raise ConfigurationError(
            f"{DATABASE_VARIABLE} est donnée, et ce dossier a sa base dans un fichier",
            "retirez cette variable ; ou déplacez la base : spie-exchange database move",
        )
    return file_place(home.database)


def database_of(home: Home, settings: Settings, clock: Clock) -> Database:
    """Give the database of a home, opened by this process's account at a clock."""
    actor = operating_system_actor(settings.sudo_user)
    recorder = EvidenceRecorder(actor, clock, trial=home.trial)
    return Database(place_of(home, settings), recorder)


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


def clock_of(home: Home, settings: Settings) -> Clock:
    """Give the clock of a home: the wall's, or a trial's at its kept offset."""
    wall_clock = place_of(home, settings).wall_clock()
    if not home.trial:
        return wall_clock
    with database_of(home, settings, wall_clock).read() as work:
        return TrialClock(wall_clock, work.state.clock_offset())


def package_path(home: Home, package: OutboxPackage) -> Path:
    """Find a package in the outbox."""
    stem, is_marked = package.transfer_id, home.trial or package.is_test
    return outbox_path(home.outbox, package.recipient_id, stem, trial=is_marked)


def _service(home: Home, settings: Settings, clock: Clock, keyring: Keyring) -> Service:
    actor = operating_system_actor(settings.sudo_user)
    database = database_of(home, settings, clock)
    signs = place_of(home, settings).signs(home.locks)
    holder = f"{actor.name}, processus {os.getpid()}"
    return Service(
        home=home,
        database=database,
        keyring=keyring,
        clock=clock,
        actor=actor,
        claims=Claims(database, signs, clock, holder, settings.lease),
        checkpoints=CheckpointFile(home.checkpoints),
    )


def _signer(home: Home, private_key_der: bytes) -> NoteSigner:
    return NoteSigner.load(home.origin, private_key_der)
