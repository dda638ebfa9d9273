"""What a new version of an agreement entails: keys to test, transfers to come that it concerns."""

from collections.abc import Iterator, Sequence

from exchange.transfers.contractual import contractual, survey_deadlines
from exchange.transfers.lifecycle import NEVER_LEFT, STATE_LABELS, UNDER_WAY, TransferState
from exchange.transfers.proven import Work, recipient_proofs
from schemas.agreement import Agreement, Change


def consequences(work: Work, agreement: Agreement, changes: Sequence[Change]) -> tuple[str, ...]:
    """Say in French what these changes entail once ``agreement`` is in force."""
    return (*_untested(work, agreement), *_concerned(work, agreement, changes))


def _untested(work: Work, agreement: Agreement) -> Iterator[str]:
    for proof in recipient_proofs(work, agreement):
        if proof.proven_since is None and proof.recipient.ended_on is None:
            named = proof.recipient.id
            yield f"{named} est à éprouver avant tout envoi : spie-exchange recipient test {named}"


def _concerned(work: Work, agreement: Agreement, changes: Sequence[Change]) -> Iterator[str]:
    touched = {(change.table, change.entry) for change in changes}
    for deadline in survey_deadlines(agreement):
        for recipient in map(agreement.recipient, deadline.recipients):
            is_touched = touched & {("deadlines", deadline.id), ("recipients", recipient.id)}
            named = contractual(agreement, deadline, recipient, None).transfer_id
            existing = work.transfers.get(named)
            if is_touched and (existing is None or existing.state in NEVER_LEFT):
                yield f"l'envoi à venir {named} est concerné"
    for transfer in work.transfers.all(agreement.id):
        if transfer.state in {TransferState.AWAITING_APPROVAL, TransferState.APPROVED}:
            yield (
                f"l'envoi {transfer.transfer_id} ({STATE_LABELS[transfer.state]}) sera à préparer "
                "et à approuver de nouveau"
                if agreement.four_eyes
                else f"l'envoi {transfer.transfer_id} partira sans second compte"
            )
        elif transfer.state in UNDER_WAY:
            yield (
                f"l'envoi {transfer.transfer_id}, commencé sous la version "
                f"{transfer.agreement_version}, n'est pas fini : finissez-le avant de charger"
            )
