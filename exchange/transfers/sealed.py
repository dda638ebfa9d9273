"""A sealed package that has not its name yet: whether it is still what should leave."""

from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.outbox import Outbox
from exchange.transfers.transfer import Transfer, TransferRows


def is_outdated(rows: TransferRows, dispatch: Dispatch, found: Transfer) -> bool:
    """Tell whether a sealed package is not what should leave now."""
    is_of_another_version = found.agreement_version != dispatch.agreement.version
    return is_of_another_version or rows.has_lines_outside(found.transfer_id, dispatch.selection)


def takes_back(rows: TransferRows, outbox: Outbox, dispatch: Dispatch, found: Transfer) -> bool:
    """Take back a sealed package that is not what should leave now; tell whether it was.

    One that has its final name is not: anybody may have fetched it.
    """
    if found.state is not TransferState.SEALED or outbox.package(found).exists():
        return False
    if not is_outdated(rows, dispatch, found):
        return False
    # Whoever lost the claim may be about to give it its name: what waits goes, and then
    # the name is looked for. Once it has it, that is what left.
    outbox.sweep(found)
    return not outbox.package(found).exists()
