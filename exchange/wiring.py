"""The composition root: the one place that chooses implementations, for tests too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from exchange.accounts import Actor, operating_system_actor
from exchange.audit.checkpoints import CheckpointFile, current_checkpoint
from exchange.audit.recording import EvidenceRecorder
from exchange.clock import Clock, TrialClock, WallClock
from exchange.errors import ConfigurationError
from exchange.home import Home, read_home
from exchange.locks import AgreementLocks
from exchange.retention.plan import PublishedPackage
from exchange.retention.purge import Purger
from exchange.settings import Settings
from exchange.storage.database import Database
from exchange.storage.engine import sqlite_engine
from exchange.transfers.publishing import Publisher
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.notes import NoteSigner
from keys.seal import SealKey, load_certificate


@dataclass(frozen=True, slots=True)
class Service:
    """An opened home: everything a command needs, already chosen."""

    home: Home
    database: Database
    keyring: Keyring
    clock: Clock
    actor: Actor
    locks: AgreementLocks
    checkpoints: CheckpointFile
    signer: NoteSigner

    def seal(self) -> SealKey:
        """Give the seal. Raises ``ConfigurationError`` when none is installed."""
        key_id = self.keyring.latest(KeyPurpose.SEAL, "")
        if key_id is None or not self.home.seal_certificate.exists():
            raise ConfigurationError(
                "aucun cachet n'est installé",
                "demandez un certificat : spie-exchange seal request, puis seal install",
            )
        certificate = load_certificate(self.home.seal_certificate.read_bytes())
        return SealKey.load(self.keyring.material(key_id), certificate.der)

    def sign_checkpoint(self) -> str:
        """Sign the current tree head, keep it outside the home, and give it."""
        with self.database.read() as work:
            note = current_checkpoint(work.evidence_rows, self.home.origin, self.signer)
        self.checkpoints.append(note)
        return note

    def publisher(self) -> Publisher:
        """Give what publishes transfers."""
        return Publisher(
            store=self.database,
            outbox=self.home.outbox,
            keyring=self.keyring,
            seal=self.seal(),
            clock=self.clock,
            trial=self.home.trial,
            checkpoint=self.sign_checkpoint,
            checkpoint_key=self.signer.verifier_key,
        )

    def purger(self) -> Purger:
        """Give what destroys."""
        return Purger(
            store=self.database,
            keyring=self.keyring,
            clock=self.clock,
            package_path=partial(published_path, self.home),
        )


def published_path(home: Home, package: PublishedPackage) -> Path:
    """Find a published package in the outbox."""
    suffix = ".ESSAI.asice" if home.trial else ".asice"
    return home.outbox / package.recipient_id / f"{package.transfer_id}{suffix}"


def database_of(home: Home, clock: Clock, actor: Actor) -> Database:
    """Give the database of a home, opened by an actor at a clock."""
    return Database(sqlite_engine(home.database), EvidenceRecorder(actor, clock, trial=home.trial))


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """Open the home that the settings name; sign a checkpoint when the work is over.

    Refuses an older schema, and a home whose first leaf says something else of the
    trial than its file does.
    """
    home = read_home(settings.required_home())
    actor = operating_system_actor(settings.sudo_user)
    database = database_of(home, WallClock(), actor)
    database.require_current_schema()
    clock = clock_of(home, database)
    keyring = Keyring(home.keyring, home.master_key)
    service = Service(
        home=home,
        database=database_of(home, clock, actor),
        keyring=keyring,
        clock=clock,
        actor=actor,
        locks=AgreementLocks(home.locks),
        checkpoints=CheckpointFile(home.checkpoints),
        signer=NoteSigner.load(home.origin, keyring.current(KeyPurpose.CHECKPOINT, "")),
    )
    try:
        yield service
    finally:
        service.sign_checkpoint()


def clock_of(home: Home, database: Database) -> Clock:
    """Give the clock of a home: the wall's, or a trial's at its kept offset."""
    if not home.trial:
        return WallClock()
    with database.read() as work:
        return TrialClock(work.state.clock_offset())


def initialise(home: Home, settings: Settings) -> Service:
    """Fill a new home: keys, database, and the first leaf, which says whether it is a trial."""
    raise NotImplementedError
