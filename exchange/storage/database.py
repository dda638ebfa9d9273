"""Transactions: everything of one act commits together, its evidence last."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from exchange.audit.recording import EvidenceRecorder, Reach
from exchange.claims import Fence
from exchange.errors import RetryLaterError
from exchange.storage import moving, schema
from exchange.storage.accounts import AccountTable, CredentialTable
from exchange.storage.agreements import AgreementTable
from exchange.storage.approvals import ApprovalTable
from exchange.storage.attempts import AttemptTable
from exchange.storage.claims import ClaimTable
from exchange.storage.evidence import EvidenceTable
from exchange.storage.held import HeldTable
from exchange.storage.home_state import HomeStateTable
from exchange.storage.loads import LoadTable
from exchange.storage.merging import MergingTable
from exchange.storage.name_indexes import UnindexedTable
from exchange.storage.notices import NoticeTable
from exchange.storage.objections import ObjectionTable
from exchange.storage.people import PersonTable
from exchange.storage.place import Place
from exchange.storage.purges import PurgeTable
from exchange.storage.requests import RequestKeyTable
from exchange.storage.staging import StagingTable
from exchange.storage.tables import held_row, person
from exchange.storage.transfers import ReadinessTable, TransferTable
from exchange.storage.withdrawals import WithdrawalTable


class UnitOfWork:
    """One transaction: the tables as the domain sees them, and the evidence of the act."""

    def __init__(self, connection: Connection, evidence: EvidenceRecorder) -> None:
        """Work on an open transaction."""
        self._connection = connection
        self.evidence = evidence

    @cached_property
    def agreements(self) -> AgreementTable:
        """The loaded agreements."""
        return AgreementTable(self._connection)

    @cached_property
    def accounts(self) -> AccountTable:
        """The accounts that may call over HTTP."""
        return AccountTable(self._connection)

    @cached_property
    def credentials(self) -> CredentialTable:
        """What proves them."""
        return CredentialTable(self._connection)

    @cached_property
    def request_keys(self) -> RequestKeyTable:
        """The keys under which they may ask again."""
        return RequestKeyTable(self._connection)

    @cached_property
    def people(self) -> PersonTable:
        """The people."""
        return PersonTable(self._connection)

    @cached_property
    def loads(self) -> LoadTable:
        """The register of loads."""
        return LoadTable(self._connection)

    @cached_property
    def staging(self) -> StagingTable:
        """The rows that wait until their file is judged."""
        return StagingTable(self._connection)

    @cached_property
    def merging(self) -> MergingTable:
        """What takes the staging into the base."""
        return MergingTable(self._connection)

    @cached_property
    def held(self) -> HeldTable:
        """The held rows."""
        return HeldTable(self._connection)

    @cached_property
    def unindexed(self) -> Sequence[UnindexedTable]:
        """The rows, of people and held, without a name index."""
        return [UnindexedTable(self._connection, table) for table in (person, held_row)]

    @cached_property
    def objections(self) -> ObjectionTable:
        """The list of who objects."""
        return ObjectionTable(self._connection)

    @cached_property
    def transfers(self) -> TransferTable:
        """The register of transfers."""
        return TransferTable(self._connection)

    @cached_property
    def approvals(self) -> ApprovalTable:
        """What was asked of a second account, and approved by it."""
        return ApprovalTable(self._connection)

    @cached_property
    def withdrawals(self) -> WithdrawalTable:
        """The notices of what was taken back."""
        return WithdrawalTable(self._connection)

    @cached_property
    def readiness(self) -> ReadinessTable:
        """The declarations of readiness."""
        return ReadinessTable(self._connection)

    @cached_property
    def purges(self) -> PurgeTable:
        """The register of destructions."""
        return PurgeTable(self._connection)

    @cached_property
    def claims(self) -> ClaimTable:
        """The claims on agreements."""
        return ClaimTable(self._connection)

    @cached_property
    def attempts(self) -> AttemptTable:
        """The attempts that did not end well."""
        return AttemptTable(self._connection)

    @cached_property
    def notices(self) -> NoticeTable:
        """The notices that were told."""
        return NoticeTable(self._connection)

    @cached_property
    def state(self) -> HomeStateTable:
        """What the home remembers."""
        return HomeStateTable(self._connection)

    @cached_property
    def evidence_rows(self) -> EvidenceTable:
        """The evidence as it lies in the database."""
        return EvidenceTable(self._connection)

    def last_load_at(self, agreement_id: str) -> datetime | None:
        """Give when the last load of an agreement was taken into the base."""
        return self.loads.last_ended_at(agreement_id)


class Database:
    """Gives transactions on one database, for one actor and one clock."""

    def __init__(
        self, place: Place, recorder: EvidenceRecorder, fence: Fence | None = None
    ) -> None:
        """Take a place; nothing is created there before ``upgrade``."""
        self._place = place
        self._recorder = recorder
        self._fence = fence

    def fenced_by(self, fence: Fence) -> "Database":
        """Give the same database, whose transactions begin at a fence."""
        return Database(self._place, self._recorder, fence)

    def recorded_by(self, recorder: EvidenceRecorder) -> "Database":
        """Give the same database, whose evidence names another actor."""
        return Database(self._place, recorder, self._fence)

    @property
    def reach(self) -> Reach:
        """How far the log reaches with what the actor left in it."""
        return self._recorder.reach

    @contextmanager
    def begin(self, *, patiently: bool = True) -> Iterator[UnitOfWork]:
        """Open a transaction that commits when it ends well, evidence last.

        The index of a leaf is given as the last statements before the commit, so that
        the head of the tree is locked for as short a time as can be. Unless ``patiently``,
        raises ``RetryLaterError`` rather than wait for somebody who writes for long.
        """
        with self._connected() as connected:
            connection = connected if patiently else self._place.impatient(connected)
            with connection.begin():
                if self._fence is not None:
                    self._fence(ClaimTable(connection))
                evidence = self._recorder.for_one_act()
                yield UnitOfWork(connection, evidence)
                evidence.append_to(EvidenceTable(connection))

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a transaction that only reads: one moment of the database."""
        evidence = self._recorder.for_one_act()
        with self._reading() as connection:
            yield UnitOfWork(connection, evidence)
        evidence.require_empty()

    @contextmanager
    def upgrading(self) -> Iterator[UnitOfWork]:
        """Bring the schema to the newest version, in one transaction with what goes with it."""
        with self._connected() as connection, connection.begin():
            schema.upgrade(connection)
            evidence = self._recorder.for_one_act()
            yield UnitOfWork(connection, evidence)
            evidence.append_to(EvidenceTable(connection))

    def count_rows(self) -> int:
        """Count the rows of every table."""
        with self._reading() as connection:
            return moving.count_rows(connection)

    @contextmanager
    def moved_to(self, place: Place, progress: Callable[[int], None]) -> Iterator[int]:
        """Copy every row to a vacant place; give how many.

        What is done meanwhile is done when all is copied, while nobody writes here; if it
        fails, this stays the database to work on, and otherwise nobody writes here again.
        """
        there = Database(place, self._recorder)
        with self._connected() as source, source.begin():
            if self._fence is not None:
                self._fence(ClaimTable(source))
            with there._connected() as target, target.begin():
                schema.upgrade(target)
                copied = moving.copy_rows(source, target, progress)
            yield copied
            moving.close_for_good(source)

    def require_current_schema(self) -> None:
        """Raise ``ConfigurationError`` when the schema is of another version."""
        with self._reading() as connection:
            schema.require_current(connection)

    def require_sound(self) -> None:
        """Raise ``AttentionError`` when what lies there is not what was written."""
        with self._translated():
            self._place.require_sound()

    def overwrite_free_pages(self) -> None:
        """Write the tables anew without what was deleted, and empty the journals."""
        with self._translated():
            self._place.overwrite_free_pages()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._translated(), self._place.engine.connect() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._connected() as connection:
            reading = self._place.reading(connection)
            with reading.begin():
                yield reading

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._place.error_of(error) from None
        except PoolTimeoutError:
            raise RetryLaterError(
                "toutes les connexions à la base sont prises", "recommencez dans quelques instants"
            ) from None
        except PendingRollbackError:
            # The connection went, and somebody took what the driver said then for something else.
            raise RetryLaterError(
                "la connexion à la base s'est perdue",
                "relancez la même commande, qui reprend là où elle en était",
            ) from None
