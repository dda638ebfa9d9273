"""Packages whose recipient has been silent for too long: somebody calls it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.transfers.lifecycle import TransferState
from exchange.transfers.transfer import Transfer
from schemas.manifest import TransferKind

PATIENCE: Final = timedelta(days=7)
"""How long a recipient is waited for. No text says how soon it answers."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A package published at ``since``, to which nothing was answered."""

    transfer_id: str
    recipient_id: str
    since: datetime


def silences(transfers: Iterable[Transfer], now: datetime) -> Iterator[Silence]:
    """Give the packages to which nothing was answered in time.

    One that a later package replaces is not waited for: the answer to that one counts. Nor
    is one that was destroyed here: nothing of it can be sent again.
    """
    for transfer, since in unanswered(transfers):
        if since + PATIENCE <= now:
            yield Silence(transfer.transfer_id, transfer.recipient_id, since)


def unanswered(transfers: Iterable[Transfer]) -> Iterator[tuple[Transfer, datetime]]:
    """Give the packages that are waited for, and since when."""
    known = tuple(transfers)
    replaced = {t.follows for t in known if t.kind is TransferKind.REPLACEMENT and t.published_at}
    for transfer in known:
        since = transfer.published_at
        if transfer.state is not TransferState.PUBLISHED or since is None:
            continue
        if transfer.package_removed_at is None and transfer.transfer_id not in replaced:
            yield transfer, since
