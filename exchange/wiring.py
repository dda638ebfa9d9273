"""The composition root: the one place that chooses implementations, for tests too."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from exchange.accounts.register import AccountRegister
from exchange.actors import Actor, holder_name, operating_system_actor
from exchange.agreements import in_force
from exchange.attempts import Attempts
from exchange.audit.checkpoints import (
    Checkpoint,
    CheckpointFile,
    current_checkpoint,
)
from exchange.audit.events import EventKind, Outcome, instant_text
from exchange.audit.log_keys import LogKeys
from exchange.audit.recording import EvidenceRecorder, step_back
from exchange.audit.vouched import Vouched
from exchange.auditing import Auditor
from exchange.claims import Claims, every
from exchange.clock import Clock, StoppedClock
from exchange.errors import ConfigurationError, ExchangeError
from exchange.home import DatabaseKind, Home
from exchange.idempotency import RequestKeys
from exchange.instants import noon_of
from exchange.objections import ObjectionList
from exchange.packages.naming import outbox_path
from exchange.retention.certificates import CertificateIssuer
from exchange.retention.destroying import Destroyer
from exchange.retention.plan import OutboxPackage
from exchange.retention.purge import Purger
from exchange.rotation.rotating import KeyRotator
from exchange.seals import SealKeeper
from exchange.settings import DATABASE_VARIABLE, Settings
from exchange.storage.database import Database, UnitOfWork
from exchange.storage.place import CONNECTIONS_KEPT, Place
from exchange.storage.places import file_place, server_place
from exchange.transactions import OneTransaction
from exchange.transfers.approving import Approver
from exchange.transfers.nothing_new import keep_nothing_new
from exchange.transfers.outbox import Outbox
from exchange.transfers.preparing import Preparer
from exchange.transfers.publishing import Publisher
from exchange.transfers.withdrawing import Withdrawer
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.notes import NoteSigner
from schemas.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Service:
    """An opened home: everything a command needs, already chosen.

    ``machine`` is the name of this one where several may work on the home, else empty.
    """

    home: Home
    database: Database
    keyring: Keyring
    clock: Clock
    actor: Actor
    claims: Claims
    checkpoints: CheckpointFile
    machine: str
    vouched: Vouched = field(default_factory=Vouched)

    def sign_checkpoint(self) -> str:
        """Sign the current tree head, keep it outside the home, and give it.

        Refuses to sign a tree that does not continue the last checkpoint kept there.
        """
        kept = self.checkpoints.read_last()
        with self.database.read() as work:
            rows = work.evidence_rows
            rows.head()
            # After the head: a key that is the newest here has not handed over before it.
            self.keyring.reload()
            keys = self.log_keys()
            opened = keys.open_all(kept, self.checkpoints.reading())
            previous = opened[0] if opened else None
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

    @contextmanager
    def vouching(self) -> Iterator[None]:
        """Sign a checkpoint when what is done meanwhile left evidence, however it ends."""
        try:
            yield
        except BaseException:
            # What went wrong is what whoever asked must read, whatever the signing says.
            with suppress(ExchangeError):
                self.vouched.up_to(self.database.reach.size, self.sign_checkpoint)
            raise
        self.vouched.up_to(self.database.reach.size, self.sign_checkpoint)

    @contextmanager
    def exclusively(self, subject: str, *, patiently: bool = True) -> Iterator["Service"]:
        """Claim an agreement, or a work of the home; give the service that the claim fences.

        What waited for it sees the keys as they are now.
        """
        with self.claims.hold(subject, patiently=patiently) as fence:
            self.keyring.reload()
            yield replace(self, database=self.database.fenced_by(fence))

    @contextmanager
    def working_on(
        self, agreement_id: str | None, *, patiently: bool = True
    ) -> Iterator[tuple["Service", Agreement]]:
        """Claim an agreement; give the version in force once it is claimed.

        A package whose withdrawal was interrupted goes first: nobody may fetch it any longer.
        """
        named = self.agreement(agreement_id)
        with self.exclusively(named.id, patiently=patiently) as claiming:
            agreement = claiming.agreement(named.id)
            claiming.withdrawer().finish(agreement)
            yield claiming, agreement

    @contextmanager
    def at_once(self, agreement_id: str) -> Iterator[tuple[OneTransaction[UnitOfWork], Agreement]]:
        """Claim an agreement for one transaction; give it, and the version in force.

        All that is done in it is done when the block ends, its evidence with it, or nothing is.
        """
        with self.database.begin() as work:
            self.claims.pass_through(work, agreement_id)
            self.keyring.reload()
            yield OneTransaction(work), in_force(work.agreements, agreement_id)

    def agreement(self, agreement_id: str | None) -> Agreement:
        """Give the agreement in force that is named, or the only one."""
        with self.database.read() as work:
            return in_force(work.agreements, agreement_id)

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

    def acting_as(self, actor: Actor) -> "Service":
        """Give the same service, whose evidence and claims name another actor."""
        recorder = EvidenceRecorder(actor, self.clock, trial=self.home.trial)
        database = self.database.recorded_by(recorder)
        holder = holder_name(actor, self.home.machine)
        claims = replace(self.claims, store=database, holder=holder)
        # Keys that another thread reads again meanwhile would be of two moments.
        keyring = self.keyring.apart()
        return replace(self, database=database, actor=actor, claims=claims, keyring=keyring)

    def clock_step_back(self) -> timedelta:
        """Give by how much the machine's clock is behind the last act; zero when it is not."""
        with self.database.read() as work:
            last_wall_at = work.evidence_rows.head().last_wall_at
        wall_at = self.clock.wall()
        return step_back(last_wall_at or wall_at, wall_at)

    def clock_as_of(self, day: date | None) -> Clock:
        """Give the clock, or one stopped at noon of the day that a dry run asks about."""
        return self.clock if day is None else StoppedClock(self.clock, noon_of(day))

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

    def accounts(self) -> AccountRegister:
        """Give what keeps the accounts that may call over HTTP."""
        return AccountRegister(self.database, self.clock)

    def request_keys(self) -> RequestKeys:
        """Give what lets a request act once, however often it is sent."""
        return RequestKeys(self.database, self.claims.signs, self.clock)

    def objections(self, agreement: Agreement) -> ObjectionList:
        """Give the list of who objects under an agreement."""
        return ObjectionList(self.database, agreement, self.keyring, self.clock)

    def auditor(self) -> Auditor:
        """Give what answers whoever audits."""
        return Auditor(
            self.database, self.sign_checkpoint, lambda: self.log_keys().current.verifier_key
        )

    def attempts(self) -> Attempts:
        """Give what makes attempts that nobody watches."""
        return Attempts(self.database, self.clock, self.machine)

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

    def preparer(self) -> Preparer:
        """Give what prepares transfers for a second account's approval."""
        return Preparer(self.database, self.outbox, self.clock, self.actor)

    def approver(self) -> Approver:
        """Give what approves them, as the one who acts."""
        return Approver(self.database, self.clock, self.actor)

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
        return Destroyer(
            purger=self.purger(),
            issuer=self.certificate_issuer(),
            sweep=self.publisher().sweep,
            keep_nothing_new=partial(keep_nothing_new, self.database, self.clock),
        )

    def key_rotator(self) -> KeyRotator:
        """Give what renews keys."""
        return KeyRotator(
            store=self.database,
            keyring=self.keyring,
            clock=self.clock,
            origin=self.home.origin,
            sign_checkpoint=self.sign_checkpoint,
        )


def place_of(home: Home, settings: Settings, connections: int | None = None) -> Place:
    """Give the place of a home's database, to which so many connections stay open where one asks.

    Raises ``ConfigurationError`` when the environment speaks of another kind than the home.
    """
    if home.database_kind is DatabaseKind.POSTGRESQL:
        return server_place(
            settings.required_database(), settings.lease, connections or CONNECTIONS_KEPT
        )
    if settings.database:
        raise ConfigurationError(
            f"{DATABASE_VARIABLE} est donnée, et ce dossier a sa base dans un fichier",
            "retirez cette variable ; ou déplacez la base : spie-exchange database move",
        )
    return file_place(home.database, pooled=connections is not None)


def database_of(home: Home, place: Place, settings: Settings, clock: Clock) -> Database:
    """Give the database of a home, opened by this process's account at a clock."""
    actor = operating_system_actor(settings.sudo_user)
    recorder = EvidenceRecorder(actor, clock, trial=home.trial)
    return Database(place, recorder)


def package_path(home: Home, package: OutboxPackage) -> Path:
    """Find a package in the outbox."""
    stem, is_marked = package.transfer_id, home.trial or package.is_test
    return outbox_path(home.outbox, package.recipient_id, stem, trial=is_marked)


def service_of(
    home: Home, place: Place, settings: Settings, clock: Clock, keyring: Keyring
) -> Service:
    """Choose everything for a home whose database, clock and keys can be opened."""
    actor = operating_system_actor(settings.sudo_user)
    database = database_of(home, place, settings, clock)
    signs = place.signs(home.locks)
    return Service(
        home=home,
        database=database,
        keyring=keyring,
        clock=clock,
        actor=actor,
        claims=Claims(database, signs, clock, holder_name(actor, home.machine), settings.lease),
        checkpoints=CheckpointFile(home.checkpoints),
        machine=home.machine if home.database_kind is DatabaseKind.POSTGRESQL else "",
    )


def _signer(home: Home, private_key_der: bytes) -> NoteSigner:
    return NoteSigner.load(home.origin, private_key_der)
