"""The acts on transfers: sending what is due, sending again, calling off, taking back.

Each is the command's own use case, and answers once it is done: who leaves before that finds it
done or, if the service fell too, taken up again by the next sending, as after a killed command.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeAlias

from flask import abort

from exchange.accounts import Right
from exchange.agreements import in_force
from exchange.errors import RefusedError
from exchange.transfers.cancelling import cancel, would_cancel
from exchange.transfers.contractual import planned
from exchange.transfers.exporting import previewed
from exchange.transfers.obstacles import Obstacle
from exchange.transfers.preview import Preview
from exchange.transfers.register import Register
from exchange.transfers.resending import RevisionRequest, previewed_revision, resend
from exchange.transfers.sending import Sent, send
from exchange.transfers.withdrawing import dependents
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Json
from exchange.web.conventions.links import links_to
from exchange.web.conventions.preconditions import require_version, tag_of
from exchange.web.conventions.resource import Resource
from exchange.web.routes.agreements import agreement_named
from exchange.web.routes.transfer_act_schemas import (
    CancellationSchema,
    CancelledSchema,
    ResendingSchema,
    SendingSchema,
    SentAgainSchema,
    SentSchema,
    WithdrawalSchema,
    WithdrawnSchema,
)
from exchange.web.routes.transfers import ROUTES_OF_ONE, TransferSchema
from exchange.wiring import Service
from schemas.agreement import Agreement

Answer: TypeAlias = tuple[dict[str, Any], HTTPStatus]

transfer_acts = Resource("transfer_acts", "/transfers", "Faire partir, renvoyer, annuler, retirer.")


@transfer_acts.change(
    "POST",
    "",
    Right.SEND,
    SentSchema,
    body=Json(SendingSchema, "De quelle convention, et de quelle échéance."),
    status=HTTPStatus.CREATED,
    unchanged=HTTPStatus.OK,
    problems=[HTTPStatus.NOT_FOUND],
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/published/0/transfer_id"),
)
def send_what_is_due(asked: Mapping[str, Any]) -> Answer:
    """Faire partir ce qui est dû : un paquet signé et chiffré par destinataire, une seule fois.

    La réponse vient quand c'est fait : 201 si un paquet est parti, 200 sinon. Ce qui empêche une
    échéance nommée est un refus (409) ; sans échéance, c'est seulement dit.
    """
    agreement_id, deadline_id = asked["agreement_id"], asked["deadline_id"]
    agreement = agreement_named(agreement_id)
    service = acting_service()
    if asked["dry_run"]:
        seen = previewed(service.database, agreement, deadline_id, service.clock)
        return _rehearsed(seen), HTTPStatus.OK
    with service.working_on(agreement_id, patiently=False) as (claiming, agreement):
        publisher = claiming.publisher()
        sent = send(claiming.database, publisher, agreement, deadline_id, started=_unwatched)
    return _sent(sent), HTTPStatus.CREATED if sent.published else HTTPStatus.OK


@transfer_acts.change(
    "POST",
    "/<id:transfer_id>/resending",
    Right.SEND,
    SentAgainSchema,
    body=Json(ResendingSchema, "Le motif décide de ce qui part : une correction, ou tout."),
    status=HTTPStatus.CREATED,
    unchanged=HTTPStatus.OK,
    problems=[HTTPStatus.NOT_FOUND],
    guarded=True,
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/transfer/transfer_id"),
)
def send_again(asked: Mapping[str, Any], transfer_id: str) -> Answer:
    """Envoyer de nouveau un transfert : la révision suivante, en entier ou en partie.

    Une révision interrompue se finit par la même demande. Où il faut deux comptes, elle est
    d'abord préparée, et part par la même demande une fois approuvée.
    """
    request = RevisionRequest(transfer_id, asked["reason"], asked["instruction_id"])
    with claimed_transfer(transfer_id) as (claiming, agreement):
        if asked["dry_run"]:
            entry = previewed_revision(claiming.database, agreement, request, claiming.clock)
            return {"dry_run": True, "departure": entry, "transfer": None}, HTTPStatus.OK
        sent = claiming.preparer().prepare_revision(agreement, request) or resend(
            claiming.database, claiming.publisher(), agreement, request, started=_unwatched
        )
    return {"dry_run": False, "departure": None, "transfer": sent}, HTTPStatus.CREATED


@transfer_acts.change(
    "POST",
    "/<id:transfer_id>/cancellation",
    Right.SEND,
    CancelledSchema,
    body=Json(CancellationSchema, "Pourquoi."),
    problems=[HTTPStatus.NOT_FOUND],
    guarded=True,
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/transfer/transfer_id"),
)
def call_off(asked: Mapping[str, Any], transfer_id: str) -> dict[str, Any]:
    """Annuler un transfert avant qu'il parte, même s'il n'est pas encore préparé.

    Rien ne l'enverra plus tout seul ; il faudra le renvoyer pour qu'il parte.
    """
    with claimed_transfer(transfer_id) as (claiming, agreement):
        store, outbox, clock = claiming.database, claiming.outbox, claiming.clock
        if asked["dry_run"]:
            cancelled = would_cancel(store, agreement, transfer_id, outbox=outbox, clock=clock)
        else:
            why = asked["reason"]
            cancelled = cancel(store, agreement, transfer_id, why, outbox=outbox, clock=clock)
    return {"dry_run": asked["dry_run"], "transfer": cancelled}


@transfer_acts.change(
    "POST",
    "/<id:transfer_id>/withdrawal",
    Right.SEND,
    WithdrawnSchema,
    body=Json(WithdrawalSchema, "Pourquoi, et sous quelle instruction."),
    problems=[HTTPStatus.NOT_FOUND],
    guarded=True,
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/transfer/transfer_id"),
)
def take_back(asked: Mapping[str, Any], transfer_id: str) -> dict[str, Any]:
    """Retirer un paquet publié : un avis signé prend sa place.

    Ce que le destinataire a déjà pris est hors d'atteinte : appelez-le.
    """
    why, instruction_id = asked["reason"], asked["instruction_id"]
    with claimed_transfer(transfer_id) as (claiming, agreement):
        withdrawer = claiming.withdrawer()
        if asked["dry_run"]:
            withdrawn = withdrawer.would_withdraw(agreement, transfer_id, instruction_id)
        else:
            seal = claiming.seals().current()
            withdrawn = withdrawer.withdraw(agreement, transfer_id, why, instruction_id, seal)
        with claiming.database.read() as work:
            followers = dependents(work.transfers, withdrawn)
    return {"dry_run": asked["dry_run"], "transfer": withdrawn, "followers": followers}


@contextmanager
def claimed_transfer(transfer_id: str) -> Iterator[tuple[Service, Agreement]]:
    """Claim the agreement of a transfer, of which nobody else writes then; 404 when there is none.

    Answers 412 when the caller has read another version of it.
    """
    service = acting_service()
    with service.database.read() as work:
        agreement_id = _agreement_of(work, transfer_id)
    if agreement_id is None:
        abort(HTTPStatus.NOT_FOUND)
    with service.working_on(agreement_id, patiently=False) as (claiming, agreement):
        with claiming.database.read() as work:
            found = work.transfers.get(transfer_id)
        require_version(None if found is None else tag_of(TransferSchema, found))
        yield claiming, agreement


def _agreement_of(work: Register, transfer_id: str) -> str | None:
    """Find whose transfer it is, even one that was never prepared."""
    found = work.transfers.get(transfer_id)
    if found is not None:
        return found.agreement_id
    ids = work.agreements.ids()
    return next((one for one in ids if planned(in_force(work.agreements, one), transfer_id)), None)


def _unwatched(_: Preview) -> Callable[[int], None]:
    return lambda _: None


def _rehearsed(seen: tuple[Preview, ...]) -> dict[str, Any]:
    return {"dry_run": True, "published": [], "departures": seen, "held_back": []}


def _sent(sent: Sent) -> dict[str, Any]:
    done = sent.exported
    return {
        "dry_run": False,
        "published": sent.published,
        "departures": (*done.settled, *done.held_back),
        "held_back": [
            {"transfer_id": transfer.transfer_id, "obstacle": _obstacle(refusal)}
            for transfer, refusal in sent.revisions.held_back
        ],
    }


def _obstacle(refusal: RefusedError) -> Obstacle:
    return Obstacle(refusal.message, refusal.hint)
