"""What was agreed, sent and declared, as tests say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from exchange.agreements import StoredAgreement
from exchange.transfers.dispatch import Selection
from exchange.transfers.transfer import Readiness, Transfer

_LOADED_AT = datetime(2023, 1, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoadedVersions:
    """Loaded versions of one agreement, the first one first."""

    texts: tuple[str, ...]

    def latest(self, agreement_id: str) -> StoredAgreement | None:
        return self.version(agreement_id, len(self.texts))

    def version(self, agreement_id: str, version: int) -> StoredAgreement | None:
        file = self.texts[version - 1].encode()
        return StoredAgreement(agreement_id, version, "", file, _LOADED_AT)

    def before(self, agreement_id: str, version: int) -> StoredAgreement | None:
        return self.version(agreement_id, version - 1) if version > 1 else None

    def ids(self) -> Sequence[str]:
        return ("spie-99",)

    def add(self, stored: StoredAgreement) -> None:
        raise AssertionError(stored)


@dataclass(frozen=True, slots=True)
class MadeTransfers:
    """The transfers that were made; the recipients who were sent everybody loaded by a day."""

    made: Sequence[Transfer] = ()
    everybody_sent: Mapping[str, datetime] = field(default_factory=dict)

    def all(self, agreement_id: str) -> Sequence[Transfer]:
        return [transfer for transfer in self.made if transfer.agreement_id == agreement_id]

    def is_everybody_sent(self, selection: Selection, loaded_before: datetime | None) -> bool:
        newest = self.everybody_sent.get(selection.recipient_id)
        return newest is not None and (loaded_before or datetime.max.replace(tzinfo=UTC)) <= newest


@dataclass(frozen=True, slots=True)
class DeclaredReady:
    """The declarations, by deadline."""

    declared: Mapping[str, Readiness] = field(default_factory=dict)

    def get(self, agreement_id: str, deadline_id: str) -> Readiness | None:
        assert agreement_id == "spie-99"
        return self.declared.get(deadline_id)

    def declare(self, agreement_id: str, deadline_id: str, readiness: Readiness) -> None:
        raise AssertionError((agreement_id, deadline_id, readiness))


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """A transaction, as whoever decides about transfers sees it."""

    agreements: LoadedVersions
    transfers: MadeTransfers = MadeTransfers()
    readiness: DeclaredReady = DeclaredReady()
