"""What waits to be sent for one deadline, and what stands in its way, in French."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from exchange.attempts import Attempt, JobName
from exchange.notices.failures import way_out_of
from exchange.transfers.approval import approval_obstacles
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.obstacles import Obstacle, data_obstacles
from exchange.transfers.owed import Owed, would_carry_nobody
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.register import Register
from schemas.agreement import Deadline, ends_at


class FailedAttempts(Protocol):
    """What this module needs to know of attempts."""

    def all(self) -> tuple[Attempt, ...]:
        """Give every attempt that did not end well."""
        ...


class Work(Register, Protocol):
    """A transaction as this module sees it."""

    @property
    def attempts(self) -> FailedAttempts:
        """The attempts that did not end well."""
        ...


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is owed for one deadline; ``nobody_new`` are the recipients it has nobody for."""

    dispatches: tuple[Dispatch, ...]
    nobody_new: tuple[str, ...]

    @property
    def undeclared(self) -> bool:
        """Whether nobody has declared the data ready."""
        return self.dispatches[0].undeclared

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody for any of them."""
        return len(self.nobody_new) == len(self.dispatches)

    def as_declared(self) -> "Unsent":
        """Give the same as if the data had been declared ready."""
        return Unsent(tuple(replace(d, undeclared=False) for d in self.dispatches), ())


def unsent_of(work: Work, owed: Sequence[Owed]) -> Unsent:
    """Look at what is owed for one deadline."""
    nobody_new = tuple(one.dispatch.recipient.id for one in owed if would_carry_nobody(work, one))
    return Unsent(tuple(one.dispatch for one in owed), nobody_new)


def missing(work: Work, unsent: Unsent, now: datetime) -> tuple[str, str]:
    """Say what is missing, and the way out."""
    found = obstacles(work, unsent, now)
    attempt = _failed(work, unsent)
    if not found and attempt is not None:
        return _failing(attempt, now)
    if not found:
        return _nothing_missing(unsent.dispatches[0].deadline, now)
    sentences = " ; ".join(dict.fromkeys(obstacle.sentence for obstacle in found))
    return f"ce qui manque : {sentences}", " ; ".join(obstacle.hint for obstacle in found)


def _failed(work: Work, unsent: Unsent) -> Attempt | None:
    """Give the last attempt to send one of them, or anything of their agreement, if it failed."""
    wanted = {dispatch.transfer_id for dispatch in unsent.dispatches}
    agreement_id = unsent.dispatches[0].agreement.id
    for attempt in work.attempts.all():
        is_of_all = attempt.job is JobName.EXPORTS and attempt.agreement_id == agreement_id
        # The first one may be under way: nobody is to call off what is just leaving.
        if attempt.has_failed and (is_of_all or attempt.subject in wanted):
            return attempt
    return None


def _failing(attempt: Attempt, now: datetime) -> tuple[str, str]:
    if attempt.asks_somebody:  # said by itself
        return "l'envoi échoue", "voyez l'avertissement « échec »"
    return f"le dernier essai a échoué : {attempt.cause}", way_out_of(attempt, now)


def _nothing_missing(deadline: Deadline, now: datetime) -> tuple[str, str]:
    export = f"spie-exchange export --deadline {deadline.id} --for-real"
    if now < ends_at(deadline.due):
        return "rien ne s'y oppose", f"l'ordonnanceur l'envoie ; s'il est arrêté : {export}"
    # It would have been sent at the first tick.
    why = "rien ne s'y oppose : l'ordonnanceur n'a pas tourné, ou l'envoi est en cours"
    return why, f"si aucun n'est en cours : {export}"


def obstacles(work: Work, unsent: Unsent, now: datetime) -> list[Obstacle]:
    """Give what stands in the way of any of them, each sentence once."""
    found: dict[Obstacle, None] = {}
    if unsent.nobody_new:
        found[_nobody_new(unsent)] = None
        unsent = unsent.as_declared()  # said with it
    for dispatch in unsent.dispatches:
        proofs = proof_obstacles(work, dispatch.agreement, dispatch.recipient)
        hindering = (*data_obstacles(dispatch, now), *proofs)
        # Nobody is asked to approve what may not leave anyhow.
        found.update(dict.fromkeys(hindering or approval_obstacles(work, dispatch)))
    return list(found)


def _nobody_new(unsent: Unsent) -> Obstacle:
    declare = declaring(unsent.dispatches[0].deadline)
    return Obstacle(
        f"les données n'ont pas été déclarées prêtes, et {everybody_sent(unsent)}",
        "s'il manque quelqu'un, chargez-le ; s'il ne manque personne, rien ne partira à "
        f"{' ni à '.join(unsent.nobody_new)} : {declare}",
    )


def to_send(unsent: Unsent) -> str:
    """Say whom they are for."""
    names = (dispatch.recipient.id for dispatch in unsent.dispatches)
    return f"reste à envoyer à {' et à '.join(names)}"


def everybody_sent(unsent: Unsent) -> str:
    """Say to whom there is nobody left to send."""
    return "toutes les personnes ont déjà été envoyées à " + " et à ".join(unsent.nobody_new)


def declaring(deadline: Deadline) -> str:
    """Give the command that declares the data ready."""
    return f"spie-exchange deadline ready {deadline.id}"
