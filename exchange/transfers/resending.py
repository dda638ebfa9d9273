"""A later revision of a transfer: whether it may be made, and what it would carry.

Decides and counts; ``Publisher`` makes it. A revision that was interrupted is taken up
again by the same request.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from exchange.agreements import AgreementRows, pinned
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.packages.building import package_columns
from exchange.transactions import Evidenced, Store
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.exporting import record_refusal
from exchange.transfers.lifecycle import STATE_LABELS, UNDER_WAY, TransferState
from exchange.transfers.preview import Obstacle, Preview, standing_obstacles
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.publishing import Publisher
from exchange.transfers.reasons import KINDS, RevisionReason
from exchange.transfers.transfer import ReadinessRows, SelectionCounts, Transfer, TransferRows
from schemas.agreement import Agreement, ends_at
from schemas.manifest import MAX_CORRECTED_LINES, TransferKind

_INTERRUPTED: Final = (TransferState.PREPARED, TransferState.SEALED)


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def readiness(self) -> ReadinessRows:
        """The declarations of readiness."""
        ...


@dataclass(frozen=True, slots=True)
class RevisionRequest:
    """Which transfer to send again, why, and the id of the instruction that orders it."""

    transfer_id: str
    reason: RevisionReason
    instruction_id: str


def revision_preview(
    work: Work, agreement: Agreement, request: RevisionRequest, clock: Clock
) -> Preview:
    """Say what the next revision of a transfer would be, and what stands in its way.

    It is made under the agreement in force, whatever version the transfer was made under.
    Raises ``RefusedError`` for a transfer or an instruction that does not exist.
    """
    followed = transfer_of(work.transfers, agreement, request.transfer_id)
    if followed.kind is TransferKind.TEST:
        raise RefusedError(
            "un essai de clés ne se renvoie pas",
            f"faites-en un autre : spie-exchange recipient test {followed.recipient_id}",
        )
    require_known_instruction(agreement, request.instruction_id)
    siblings = _siblings(work.transfers.all(agreement.id), followed)
    dispatch = _dispatch(work, agreement, followed, siblings, request)
    counts = work.transfers.counts(dispatch.selection, ends_at(dispatch.deadline.cut_off))
    obstacles = (
        standing_obstacles(dispatch, clock.now())
        + _recipient_obstacles(dispatch)
        + proof_obstacles(work, agreement, dispatch.recipient)
        + _followed_obstacles(followed, request.reason)
        + _sibling_obstacles(followed, siblings, dispatch)
        + _column_obstacles(work, followed, dispatch)
        + _line_obstacles(dispatch, counts)
    )
    existing = work.transfers.get(dispatch.transfer_id)
    return Preview(dispatch, counts, existing, tuple(obstacles))


def resend(
    store: Store[Work],
    publisher: Publisher,
    agreement: Agreement,
    request: RevisionRequest,
    *,
    started: Callable[[Preview], Callable[[int], None]],
) -> Transfer:
    """Make the next revision of a transfer, or finish the one that was interrupted.

    An obstacle is a refusal, left in the evidence. ``started`` is told of the transfer and
    gives back what wants to know its progress in lines.
    """
    with store.begin() as work:
        entry = revision_preview(work, agreement, request, publisher.clock)
        if entry.obstacles:
            record_refusal(work, entry)
    if entry.obstacles:
        raise RefusedError(entry.obstacles[0].sentence, entry.obstacles[0].hint)
    return publisher.publish(entry.dispatch, started(entry))


def interrupted_revisions(rows: TransferRows, agreement: Agreement) -> list[RevisionRequest]:
    """List the later revisions that were interrupted, as each was asked for."""
    return [
        RevisionRequest(t.follows, RevisionReason(t.reason), t.instruction_id)
        for t in rows.all(agreement.id)
        if t.state in _INTERRUPTED and t.follows and t.reason
    ]


def transfer_of(rows: TransferRows, agreement: Agreement, transfer_id: str) -> Transfer:
    """Find a transfer of an agreement. Raises ``RefusedError``."""
    found = rows.get(transfer_id)
    if found is None or found.agreement_id != agreement.id:
        raise RefusedError(
            "ce transfert n'existe pas sous cette convention",
            "voyez-les : spie-exchange transfer list",
        )
    return found


def require_known_instruction(agreement: Agreement, instruction_id: str) -> None:
    """Refuse an instruction that the agreement does not have. Raises ``RefusedError``."""
    known = [instruction.id for instruction in agreement.instructions]
    if instruction_id not in known:
        raise RefusedError(
            "cette instruction n'est pas dans la convention en vigueur",
            f"instructions : {', '.join(known)} ; une nouvelle s'inscrit dans la convention",
        )


def _siblings(transfers: Sequence[Transfer], followed: Transfer) -> list[Transfer]:
    mine = (followed.deadline_id, followed.recipient_id)
    return [t for t in transfers if (t.deadline_id, t.recipient_id) == mine]


def _dispatch(
    work: Work,
    agreement: Agreement,
    followed: Transfer,
    siblings: Sequence[Transfer],
    request: RevisionRequest,
) -> Dispatch:
    asked = (request.transfer_id, request.reason, request.instruction_id)
    under_way = [t for t in siblings if t.state in UNDER_WAY and t.follows]
    same = [t.revision for t in under_way if (t.follows, t.reason, t.instruction_id) == asked]
    readiness = work.readiness.get(agreement.id, followed.deadline_id)
    return Dispatch(
        agreement=agreement,
        deadline=agreement.deadline(followed.deadline_id),
        recipient=agreement.recipient(followed.recipient_id),
        revision=same[0] if same else max(t.revision for t in siblings) + 1,
        instruction_id=request.instruction_id,
        undeclared=readiness is None,
        kind=KINDS[request.reason],
        reason=request.reason,
        follows=request.transfer_id,
    )


def _followed_obstacles(followed: Transfer, reason: RevisionReason) -> list[Obstacle]:
    state = f"le transfert {followed.transfer_id} est « {STATE_LABELS[followed.state]} »"
    if followed.state in UNDER_WAY:
        hint = "finissez-le : spie-exchange export --for-real"
        return [Obstacle(f"{state} : il n'est pas parti", hint)]
    is_cancelled = followed.state is TransferState.CANCELLED
    if is_cancelled != (reason is RevisionReason.CALLED_OFF):
        hint = "donnez --reason envoi-annule" if is_cancelled else "donnez un autre motif"
        return [Obstacle(state, hint)]
    is_gone = followed.state in {TransferState.WITHDRAWN, TransferState.DESTROYED}
    if is_gone and KINDS[reason] is TransferKind.CORRECTION:
        return [Obstacle(f"{state} : il n'y a plus rien à corriger", "envoyez-le en entier")]
    is_part = followed.kind is TransferKind.CORRECTION
    if is_part and KINDS[reason] is TransferKind.REPLACEMENT:
        return [
            Obstacle(
                f"{followed.transfer_id} ne porte que des lignes corrigées de {followed.follows}",
                f"renvoyez le tout : spie-exchange transfer resend {followed.follows}",
            )
        ]
    return []


def _sibling_obstacles(
    followed: Transfer, siblings: Sequence[Transfer], dispatch: Dispatch
) -> list[Obstacle]:
    chain = _chain(followed, siblings)
    for other in siblings:
        is_another = other.transfer_id not in {followed.transfer_id, dispatch.transfer_id}
        if is_another and other.state in UNDER_WAY:
            return [
                Obstacle(
                    f"la révision {other.transfer_id} est en cours",
                    "finissez-la par la commande qui l'a commencée, ou annulez-la : "
                    f"spie-exchange transfer cancel {other.transfer_id} --reason MOTIF",
                )
            ]
        is_later = other.follows in chain and other.transfer_id not in chain
        if is_later and is_another and _stands_for(other):
            return [
                Obstacle(
                    f"{other.follows} est déjà remplacé par {other.transfer_id}",
                    f"repartez de celui-là : spie-exchange transfer resend {other.transfer_id}",
                )
            ]
    return []


def _chain(followed: Transfer, siblings: Sequence[Transfer]) -> set[str]:
    """Give a transfer and all that it follows, one after the other."""
    by_id = {transfer.transfer_id: transfer for transfer in siblings}
    chain, current = set(), by_id.get(followed.transfer_id)
    while current is not None:
        chain.add(current.transfer_id)
        current = by_id.get(current.follows or "")
    return chain


def _recipient_obstacles(dispatch: Dispatch) -> list[Obstacle]:
    if dispatch.recipient.id in dispatch.deadline.recipients:
        return []
    return [
        Obstacle(
            f"la convention en vigueur n'envoie plus {dispatch.deadline.id} à "
            f"{dispatch.recipient.id}",
            "rien ne lui est dû ; s'il doit recevoir, inscrivez-le à l'échéance",
        )
    ]


def _column_obstacles(work: Work, followed: Transfer, dispatch: Dispatch) -> list[Obstacle]:
    if dispatch.kind is not TransferKind.CORRECTION:
        return []
    made_under = pinned(work.agreements, followed.agreement_id, followed.agreement_version)
    before = package_columns(made_under.recipient(followed.recipient_id))
    if before == package_columns(dispatch.recipient):
        return []
    return [
        Obstacle(
            f"{followed.transfer_id} a d'autres colonnes que ce qui partirait maintenant",
            "une correction ne s'y insère pas : renvoyez le tout, --reason envoi-errone",
        )
    ]


def _stands_for(other: Transfer) -> bool:
    is_void = other.state in {TransferState.CANCELLED, TransferState.WITHDRAWN}
    return other.kind is TransferKind.REPLACEMENT and not is_void


def _line_obstacles(dispatch: Dispatch, counts: SelectionCounts) -> list[Obstacle]:
    if dispatch.kind is TransferKind.CORRECTION and counts.total > MAX_CORRECTED_LINES:
        return [
            Obstacle(
                f"plus de {MAX_CORRECTED_LINES} lignes à corriger",
                "envoyez le tout : --reason envoi-errone ou paquet-illisible",
            )
        ]
    if counts.total:
        return []
    if dispatch.reason is RevisionReason.REJECTED_LINES:
        hint = "voyez ce que le destinataire a répondu : spie-exchange transfer show IDENTIFIANT"
        return [Obstacle("aucune ligne de ce transfert n'est rejetée", hint)]
    if dispatch.reason is RevisionReason.RECTIFIED_LINES:
        sentence = "aucune ligne de ce transfert n'a changé depuis l'envoi"
        hint = (
            "chargez d'abord le fichier corrigé ; si une personne ne doit plus y être (opposition, "
            "absence, date d'entrée), renvoyez le tout : --reason opposition ou envoi-errone"
        )
        return [Obstacle(sentence, hint)]
    hint = "chargez les bénéficiaires : spie-exchange import FICHIER --attest"
    return [Obstacle("aucune personne n'est à envoyer", hint)]
