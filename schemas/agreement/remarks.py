"""What an agreement may say, and its author should know before it comes into force."""

from collections.abc import Iterator
from typing import Final

from schemas.agreement.document import Agreement, Deadline, Recipient
from schemas.agreement.problems import Remark
from schemas.agreement.recipient_key import is_classical
from schemas.agreement.sample import EXAMPLE
from schemas.agreement.working_days import day_off, working_days_after

_SPARE_DAYS: Final = 2
"""Worked days between the last day to send and the due day, for what goes wrong."""


def warnings_of(agreement: Agreement) -> tuple[Remark, ...]:
    """List what deserves a look; none of it keeps the agreement from being loaded."""
    return tuple(_remarks(agreement))


def sending_remarks(deadline: Deadline) -> Iterator[str]:
    """Say why the last day to send a survey leaves too little room."""
    day = f"le dernier jour pour envoyer ({deadline.send_by:%d/%m/%Y})"
    if why := day_off(deadline.send_by):
        yield f"{day} tombe {why} : si l'envoi échoue, personne ne sera là"
    left = working_days_after(deadline.send_by, deadline.due)
    if left < _SPARE_DAYS:
        said = "qu'un jour ouvré" if left else "aucun jour ouvré"
        yield f"{day} ne laisse {said} jusqu'à l'échéance : avancez-le, un envoi peut échouer"


def _remarks(agreement: Agreement) -> Iterator[Remark]:
    for path, text in _texts(agreement):
        if EXAMPLE in text:
            yield Remark(path, "ce texte est encore celui du modèle : remplacez-le par le vôtre")
    for index, deadline in enumerate(agreement.deadlines):
        yield from _deadline(agreement, f"deadlines[{index}]", deadline)
    for index, recipient in enumerate(agreement.recipients):
        yield from _recipient(f"recipients[{index}]", recipient)


def _texts(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for index, instruction in enumerate(agreement.instructions):
        yield f"instructions[{index}].text", instruction.text
    yield "retention.archives.reference", agreement.retention.archives.reference


def _deadline(agreement: Agreement, path: str, deadline: Deadline) -> Iterator[Remark]:
    if why := day_off(deadline.due):
        sentence = (
            f"l'échéance du {deadline.due:%d/%m/%Y} tombe {why} : le destinataire pourrait "
            "n'accuser réception que le jour ouvré suivant"
        )
        yield Remark(f"{path}.due", sentence)
    if deadline.kind == "survey":
        for sentence in sending_remarks(deadline):
            yield Remark(f"{path}.send_by", sentence)
    ended_on = agreement.instruction(deadline.instruction).ended_on
    if ended_on is not None and ended_on <= deadline.due:
        sentence = f"l'instruction citée prend fin le {ended_on:%d/%m/%Y} : rien ne partira ensuite"
        yield Remark(f"{path}.instruction", sentence)
    for index, recipient in enumerate(map(agreement.recipient, deadline.recipients)):
        if recipient.ended_on is not None and recipient.ended_on <= deadline.due:
            sentence = (
                f"{recipient.id} cesse d'être destinataire le {recipient.ended_on:%d/%m/%Y} : "
                "rien ne lui sera envoyé ensuite"
            )
            yield Remark(f"{path}.recipients[{index}]", sentence)


def _recipient(path: str, recipient: Recipient) -> Iterator[Remark]:
    if recipient.classical_reason is not None and not is_classical(recipient.encryption_key):
        sentence = "la clé est post-quantique, cette raison ne sert à rien : retirez-la"
        yield Remark(f"{path}.classical_reason", sentence)
