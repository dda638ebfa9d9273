"""The life of a transfer: one table of transitions, which ``docs/transfers.md`` draws."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from exchange.errors import RefusedError


class TransferState(StrEnum):
    """Where a transfer stands."""

    AWAITING_APPROVAL = "awaiting-approval"
    APPROVED = "approved"
    PREPARED = "prepared"
    SEALED = "sealed"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    PARTLY_REJECTED = "partly-rejected"
    DESTROYED = "destroyed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class TransferStep(StrEnum):
    """What moves a transfer on."""

    ASK_APPROVAL = "ask-approval"
    APPROVE = "approve"
    PREPARE = "prepare"
    SEAL = "seal"
    PUBLISH = "publish"
    ABANDON = "abandon"
    PREPARE_AGAIN = "prepare-again"
    ACKNOWLEDGE = "acknowledge"
    REJECT_LINES = "reject-lines"
    DECLARE_DESTRUCTION = "declare-destruction"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"


STATE_LABELS: Final = MappingProxyType(
    {
        TransferState.AWAITING_APPROVAL: "à approuver",
        TransferState.APPROVED: "approuvé",
        TransferState.PREPARED: "préparé",
        TransferState.SEALED: "scellé",
        TransferState.PUBLISHED: "publié",
        TransferState.ACKNOWLEDGED: "reçu (accusé)",
        TransferState.PARTLY_REJECTED: "reçu, des lignes rejetées",
        TransferState.DESTROYED: "détruit chez le destinataire",
        TransferState.ABANDONED: "abandonné",
        TransferState.CANCELLED: "annulé avant l'envoi",
        TransferState.WITHDRAWN: "retiré",
    }
)

TRANSITIONS: Final = MappingProxyType(
    {
        (TransferState.AWAITING_APPROVAL, TransferStep.APPROVE): TransferState.APPROVED,
        (TransferState.APPROVED, TransferStep.PREPARE): TransferState.PREPARED,
        # The agreement asks for no approval any more.
        (TransferState.AWAITING_APPROVAL, TransferStep.PREPARE): TransferState.PREPARED,
        # What would leave is no longer what was shown: whoever approves is shown it anew.
        **{
            (state, TransferStep.ASK_APPROVAL): TransferState.AWAITING_APPROVAL
            for state in (
                TransferState.AWAITING_APPROVAL,
                TransferState.APPROVED,
                TransferState.PREPARED,
                TransferState.SEALED,
                TransferState.ABANDONED,
            )
        },
        (TransferState.PREPARED, TransferStep.SEAL): TransferState.SEALED,
        (TransferState.PREPARED, TransferStep.ABANDON): TransferState.ABANDONED,
        (TransferState.ABANDONED, TransferStep.PREPARE_AGAIN): TransferState.PREPARED,
        # Nobody could fetch it yet, and what should leave is no longer that.
        (TransferState.SEALED, TransferStep.PREPARE_AGAIN): TransferState.PREPARED,
        (TransferState.SEALED, TransferStep.PUBLISH): TransferState.PUBLISHED,
        (TransferState.SEALED, TransferStep.ABANDON): TransferState.ABANDONED,
        (TransferState.PUBLISHED, TransferStep.ACKNOWLEDGE): TransferState.ACKNOWLEDGED,
        (TransferState.PUBLISHED, TransferStep.REJECT_LINES): TransferState.PARTLY_REJECTED,
        (TransferState.ACKNOWLEDGED, TransferStep.REJECT_LINES): TransferState.PARTLY_REJECTED,
        (TransferState.PARTLY_REJECTED, TransferStep.ACKNOWLEDGE): TransferState.PARTLY_REJECTED,
        (TransferState.PARTLY_REJECTED, TransferStep.REJECT_LINES): TransferState.PARTLY_REJECTED,
        (TransferState.PUBLISHED, TransferStep.DECLARE_DESTRUCTION): TransferState.DESTROYED,
        (TransferState.ACKNOWLEDGED, TransferStep.DECLARE_DESTRUCTION): TransferState.DESTROYED,
        (TransferState.PARTLY_REJECTED, TransferStep.DECLARE_DESTRUCTION): TransferState.DESTROYED,
        (TransferState.AWAITING_APPROVAL, TransferStep.CANCEL): TransferState.CANCELLED,
        (TransferState.APPROVED, TransferStep.CANCEL): TransferState.CANCELLED,
        (TransferState.PREPARED, TransferStep.CANCEL): TransferState.CANCELLED,
        (TransferState.SEALED, TransferStep.CANCEL): TransferState.CANCELLED,
        (TransferState.ABANDONED, TransferStep.CANCEL): TransferState.CANCELLED,
        (TransferState.PUBLISHED, TransferStep.WITHDRAW): TransferState.WITHDRAWN,
        (TransferState.ACKNOWLEDGED, TransferStep.WITHDRAW): TransferState.WITHDRAWN,
        (TransferState.PARTLY_REJECTED, TransferStep.WITHDRAW): TransferState.WITHDRAWN,
        # It may still lie in the outbox, and its destruction may have been noted by mistake.
        (TransferState.DESTROYED, TransferStep.WITHDRAW): TransferState.WITHDRAWN,
        # The recipient may have fetched it before it went, and says so later.
        (TransferState.WITHDRAWN, TransferStep.ACKNOWLEDGE): TransferState.WITHDRAWN,
        (TransferState.WITHDRAWN, TransferStep.REJECT_LINES): TransferState.WITHDRAWN,
        (TransferState.WITHDRAWN, TransferStep.DECLARE_DESTRUCTION): TransferState.DESTROYED,
    }
)

NEVER_LEFT: Final = frozenset(
    {
        TransferState.AWAITING_APPROVAL,
        TransferState.APPROVED,
        TransferState.PREPARED,
        TransferState.SEALED,
        TransferState.ABANDONED,
        TransferState.CANCELLED,
    }
)
"""The states of a transfer that its recipient has not been given."""

INTERRUPTED: Final = frozenset({TransferState.PREPARED, TransferState.SEALED})
"""The states that a killed command leaves a transfer in, as a command at work does meanwhile."""

TO_FINISH: Final = INTERRUPTED | {TransferState.APPROVED}
"""The states of a transfer that is taken up again without being asked for."""

UNDER_WAY: Final = NEVER_LEFT - {TransferState.CANCELLED}
"""The states of a transfer that an export finishes."""

_FIRST: Final = (TransferState.PREPARED, TransferState.AWAITING_APPROVAL)


def next_state(state: TransferState, step: TransferStep) -> TransferState:
    """Give the state after a step. Raises ``RefusedError`` when the step is not allowed."""
    following = TRANSITIONS.get((state, step))
    if following is None:
        raise RefusedError(
            f"un transfert « {STATE_LABELS[state]} » n'admet pas cette étape ({step})",
            "voyez où il en est : spie-exchange transfer show IDENTIFIANT",
        )
    return following


def diagram() -> str:
    """Draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {_node(state)}" for state in _FIRST)]
    lines += [f"    {_node(s)} : {STATE_LABELS[s]}" for s in TransferState]
    lines += [f"    {_node(a)} --> {_node(b)} : {step}" for (a, step), b in TRANSITIONS.items()]
    return "\n".join(lines) + "\n"


def _node(state: TransferState) -> str:
    return state.replace("-", "_")
