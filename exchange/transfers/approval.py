"""Four eyes: what a second account approves, and whether that still holds. Decides only.

Where the agreement says ``four_eyes``, nothing of anybody leaves unless another account than the
one that prepared it has approved it. What is approved is what leaves: an approval binds to a
digest, its basis, over

1. the file of the agreement: its version, the cut-off, the recipient, its key and its columns;
2. which revision, why, under which instruction, after which transfer;
3. whether somebody has declared the data ready;
4. who is on it, and the record of each as it is now.

Whatever changes one of these voids it: a version of the agreement, a load, an objection, a held
row that is let in. What changes none of them does not. A sealed package leaves with the bytes it
has, which were approved. Tests of keys carry nobody, and need no approval.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.transfers.dispatch import Dispatch, Selection
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.obstacles import Lacking, Obstacle
from exchange.transfers.sealed import is_outdated
from exchange.transfers.transfer import Transfer, TransferRows
from schemas.canonical_json import encode
from schemas.manifest import TransferKind


@dataclass(frozen=True, slots=True)
class Approval:
    """What was asked of a second account; ``approved_by`` is ``None`` until it is given.

    ``basis`` is the digest (SHA-256, hex) of what was shown. ``unattended`` tells that nobody
    prepared it but the scheduler, under whose account ``prepared_by`` then is.
    """

    transfer_id: str
    basis: str
    prepared_by: str
    unattended: bool
    asked_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


class ApprovalRows(Protocol):
    """What approvals need of the database, inside a transaction."""

    def get(self, transfer_id: str) -> Approval | None:
        """Give what was asked of a transfer, approved or not."""
        ...

    def put(self, approval: Approval) -> None:
        """Keep what is asked or approved, replacing what was asked before."""
        ...


class SelectedRows(Protocol):
    """What the basis of what would leave needs of the register of transfers."""

    def selected_contents(self, selection: Selection) -> Iterator[tuple[bytes, bytes]]:
        """Stream (person id, tag of the record) of who is selected, in the order of ids."""
        ...


class Work(Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def approvals(self) -> ApprovalRows:
        """What was asked of a second account."""
        ...


@dataclass(frozen=True, slots=True)
class Basis:
    """What an approval binds to: its digest, and how many people it counts."""

    digest: str
    people: int


def needs_approval(dispatch: Dispatch) -> bool:
    """Tell whether a second account must approve it."""
    return dispatch.agreement.four_eyes and dispatch.kind is not TransferKind.TEST


def basis_now(rows: SelectedRows, dispatch: Dispatch) -> Basis:
    """Give the basis of what would leave now."""
    return _basis(dispatch, rows.selected_contents(dispatch.selection))


def basis_of_lines(rows: TransferRows, dispatch: Dispatch) -> Basis:
    """Give the basis of what leaves: the lines of the transfer are fixed."""
    return _basis(dispatch, rows.line_contents(dispatch.transfer_id))


def approval_obstacles(work: Work, dispatch: Dispatch) -> list[Obstacle]:
    """List what a second account has still to do, or to do again."""
    if not needs_approval(dispatch):
        return []
    found = work.transfers.get(dispatch.transfer_id)
    if found is not None and _has_its_word(work.transfers, dispatch, found):
        return []
    approval = work.approvals.get(dispatch.transfer_id)
    if found is None or approval is None:
        return [_unprepared(dispatch)]
    if approval.basis != basis_now(work.transfers, dispatch).digest:
        return [_outdated(dispatch, found, approval)]
    return [] if approval.approved_by else [_awaited(approval)]


def is_to_be_prepared(obstacles: Iterable[Obstacle]) -> bool:
    """Tell whether nothing stands in the way but that it is to be prepared, or prepared anew."""
    return {obstacle.lacking for obstacle in obstacles} == {Lacking.PREPARATION}


def is_to_be_approved(obstacles: Iterable[Obstacle]) -> bool:
    """Tell whether nothing stands in the way but that a second account has to approve it."""
    return {obstacle.lacking for obstacle in obstacles} == {Lacking.APPROVAL}


def preparing(dispatch: Dispatch) -> str:
    """Give the command that prepares it for its approval."""
    if dispatch.follows is None:
        return f"spie-exchange transfer prepare --deadline {dispatch.deadline.id} --for-real"
    return (
        f"spie-exchange transfer resend {dispatch.follows} --reason {dispatch.reason} "
        f"--instruction {dispatch.instruction_id} --for-real"
    )


def what_changed(dispatch: Dispatch, shown: Transfer) -> str:
    """Say what has changed since a transfer was shown to whoever approves it."""
    if shown.agreement_version != dispatch.agreement.version:
        return f"la convention est passée à la version {dispatch.agreement.version}"
    if shown.undeclared != dispatch.undeclared:
        return "les données ont été déclarées prêtes depuis"
    return "les personnes à envoyer, ou leurs fiches, ont changé depuis"


def _has_its_word(rows: TransferRows, dispatch: Dispatch, found: Transfer) -> bool:
    """Tell whether it has left, or leaves with the bytes that were approved."""
    if found.published_at is not None:
        return True
    return found.state is TransferState.SEALED and not is_outdated(rows, dispatch, found)


def _basis(dispatch: Dispatch, contents: Iterable[tuple[bytes, bytes]]) -> Basis:
    selected, people = hashlib.sha256(), 0
    for person_id, content_tag in contents:  # 16 octets each: no two lists give the same bytes
        selected.update(person_id + content_tag)
        people += 1
    text = encode(
        {
            "agreement": dispatch.agreement.digest,  # (1)
            "transfer": dispatch.transfer_id,  # (2)
            "kind": str(dispatch.kind),
            "reason": str(dispatch.reason or ""),
            "instruction": dispatch.instruction_id,
            "follows": dispatch.follows or "",
            "undeclared": dispatch.undeclared,  # (3)
            "people": people,  # (4)
            "selected": selected.hexdigest(),
        }
    )
    return Basis(hashlib.sha256(text).hexdigest(), people)


def _unprepared(dispatch: Dispatch) -> Obstacle:
    return Obstacle(
        "l'envoi n'est pas encore préparé, et un second compte doit l'approuver (four_eyes)",
        f"préparez-le : {preparing(dispatch)}",
        Lacking.PREPARATION,
    )


def _outdated(dispatch: Dispatch, found: Transfer, approval: Approval) -> Obstacle:
    shown = (
        f"l'approbation de {approval.approved_by}"
        if approval.approved_by
        else "ce qui est à approuver"
    )
    return Obstacle(
        f"{shown} ne vaut plus : {what_changed(dispatch, found)}",
        f"préparez-le de nouveau : {preparing(dispatch)}",
        Lacking.PREPARATION,
    )


def _awaited(approval: Approval) -> Obstacle:
    return Obstacle(
        "l'envoi attend l'approbation d'un second compte",
        f"un autre compte que {approval.prepared_by} l'approuve : "
        f"spie-exchange transfer approve {approval.transfer_id}",
        Lacking.APPROVAL,
    )
