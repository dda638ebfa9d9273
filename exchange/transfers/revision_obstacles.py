"""What stands in the way of a later revision, beyond what does of every transfer."""

from collections.abc import Sequence

from exchange.packages.building import package_columns
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lifecycle import STATE_LABELS, UNDER_WAY, TransferState
from exchange.transfers.obstacles import Obstacle
from exchange.transfers.reasons import RevisionReason
from exchange.transfers.transfer import SelectionCounts, Transfer
from schemas.agreement import Recipient
from schemas.manifest import MAX_CORRECTED_LINES, TransferKind


def revision_obstacles(
    dispatch: Dispatch, followed: Transfer, siblings: Sequence[Transfer]
) -> list[Obstacle]:
    """List what forbids to follow a transfer so; ``siblings`` share its deadline and reader."""
    return (
        unlisted_obstacles(dispatch)
        + _followed_obstacles(dispatch, followed)
        + _sibling_obstacles(dispatch, followed, siblings)
    )


def unlisted_obstacles(dispatch: Dispatch) -> list[Obstacle]:
    """List what tells that the deadline no longer has this recipient."""
    if dispatch.recipient.id in dispatch.deadline.recipients:
        return []
    return [
        Obstacle(
            f"la convention en vigueur n'envoie plus {dispatch.deadline.id} à "
            f"{dispatch.recipient.id}",
            "rien ne lui est dû ; s'il doit recevoir, inscrivez-le à l'échéance",
        )
    ]


def column_obstacles(dispatch: Dispatch, former: Recipient) -> list[Obstacle]:
    """List what keeps a correction from fitting in; ``former`` is the recipient as it was then."""
    if dispatch.kind is not TransferKind.CORRECTION:
        return []
    if package_columns(former) == package_columns(dispatch.recipient):
        return []
    return [
        Obstacle(
            f"{dispatch.follows} a d'autres colonnes que ce qui partirait maintenant",
            "une correction ne s'y insère pas : renvoyez le tout, --reason envoi-errone",
        )
    ]


def line_obstacles(dispatch: Dispatch, counts: SelectionCounts) -> list[Obstacle]:
    """List what keeps a revision of no line, or of too many, from being made."""
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


def _followed_obstacles(dispatch: Dispatch, followed: Transfer) -> list[Obstacle]:
    state = f"le transfert {followed.transfer_id} est « {STATE_LABELS[followed.state]} »"
    if followed.state in UNDER_WAY:
        hint = "finissez-le : spie-exchange export --for-real"
        return [Obstacle(f"{state} : il n'est pas parti", hint)]
    is_cancelled = followed.state is TransferState.CANCELLED
    if is_cancelled != (dispatch.reason is RevisionReason.CALLED_OFF):
        hint = "donnez --reason envoi-annule" if is_cancelled else "donnez un autre motif"
        return [Obstacle(state, hint)]
    is_gone = followed.state in {TransferState.WITHDRAWN, TransferState.DESTROYED}
    if is_gone and dispatch.kind is TransferKind.CORRECTION:
        return [Obstacle(f"{state} : il n'y a plus rien à corriger", "envoyez-le en entier")]
    is_part = followed.kind is TransferKind.CORRECTION
    if is_part and dispatch.kind is TransferKind.REPLACEMENT:
        return [
            Obstacle(
                f"{followed.transfer_id} ne porte que des lignes corrigées de {followed.follows}",
                f"renvoyez le tout : spie-exchange transfer resend {followed.follows}",
            )
        ]
    return []


def _sibling_obstacles(
    dispatch: Dispatch, followed: Transfer, siblings: Sequence[Transfer]
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


def _stands_for(other: Transfer) -> bool:
    is_void = other.state in {TransferState.CANCELLED, TransferState.WITHDRAWN}
    return other.kind is TransferKind.REPLACEMENT and not is_void
