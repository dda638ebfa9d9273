"""The dates are in an order that can be lived."""

from collections.abc import Iterator
from itertools import pairwise

from schemas.agreement.document import Agreement, Deadline
from schemas.agreement.problems import Problem


def date_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse dates out of order, and an agreement that never sends a survey."""
    if agreement.actions.end < agreement.actions.start:
        yield Problem(
            "actions.end", "la fin précède le début (actions.start) : corrigez l'une des deux"
        )
    if agreement.processing_ends < agreement.actions.end:
        sentence = (
            "le traitement finirait avant les actions (actions.end) : corrigez l'une des deux"
        )
        yield Problem("processing_ends", sentence)
    if not any(deadline.kind == "survey" for deadline in agreement.deadlines):
        sentence = 'aucune échéance d\'enquête : écrivez-en au moins une, kind = "survey"'
        yield Problem("deadlines", sentence)
    for index, deadline in enumerate(agreement.deadlines):
        yield from _deadline(agreement, f"deadlines[{index}]", deadline)


def _deadline(agreement: Agreement, path: str, deadline: Deadline) -> Iterator[Problem]:
    order = (
        ("actions.start", agreement.actions.start),
        ("cut_off", deadline.cut_off),
        ("send_from", deadline.send_from),
        ("send_by", deadline.send_by),
        ("due", deadline.due),
    )
    for (earlier_name, earlier), (name, day) in pairwise(order):
        if day < earlier:
            sentence = (
                f"cette date ({day:%d/%m/%Y}) précède {earlier_name} ({earlier:%d/%m/%Y}) : "
                "écrivez actions.start, cut_off, send_from, send_by, due dans l'ordre du temps"
            )
            yield Problem(f"{path}.{name}", sentence)
    if deadline.due > agreement.processing_ends:
        sentence = (
            "cette échéance tombe après la fin du traitement "
            f"({agreement.processing_ends:%d/%m/%Y}) : avancez-la, ou corrigez processing_ends"
        )
        yield Problem(f"{path}.due", sentence)
