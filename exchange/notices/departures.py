"""What left: told once, late or not, and on whose instruction."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from exchange.agreements import AgreementRows
from exchange.french_dates import long_day, long_moment
from exchange.french_numbers import counted
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind
from exchange.transfers.lateness import late_departures
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import MadeRows
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement
from schemas.manifest import TransferKind

NEWS_LAST: Final = timedelta(days=30)
"""For how long something that was done is news, if it could not be told before."""


class Work(Protocol):
    """A transaction as this module sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> MadeRows:
        """The register of transfers."""
        ...


def departure_notices(work: Work, agreement: Agreement, now: datetime) -> Iterator[Notice]:
    """Give what was published lately; tests of keys, which carry nobody, are left out."""
    lately = {
        transfer: transfer.published_at
        for transfer in work.transfers.all(agreement.id)
        if transfer.kind is not TransferKind.TEST
        and transfer.published_at is not None
        and transfer.published_at >= now - NEWS_LAST
    }
    late = late_departures(work.agreements, agreement, list(lately))
    for transfer, at in lately.items():
        yield _departure(transfer, at, late.get(transfer.transfer_id))


def _departure(transfer: Transfer, at: datetime, due: date | None) -> Notice:
    """Say what left; ``due`` is the day that was over then, if it was."""
    lines = counted(transfer.row_count or 0, "ligne")
    late = f" EN RETARD (c'était à remettre le {long_day(due)})" if due else ""
    undeclared = " sans que personne ait déclaré les données prêtes" if transfer.undeclared else ""
    return Notice(
        NoticeKind.SENT_LATE if due else NoticeKind.SENT,
        transfer.transfer_id,
        local_day(at),
        f"{transfer.transfer_id} a été envoyé{late}{undeclared}, le {long_moment(at)} : {lines} "
        f"pour {transfer.recipient_id}, sur instruction {transfer.instruction_id}",
        "quand son accusé arrive : spie-exchange receipt FICHIER.p7m"
        if transfer.state is TransferState.PUBLISHED
        else f"où il en est : spie-exchange transfer show {transfer.transfer_id}",
    )
