"""What an id cites exists, and was ordered before it happens.

Processing takes place on documented instructions only (GDPR article 28(3)(a)), towards listed
parties only (clauses (EU) 2021/915, 7.7).
"""

from collections.abc import Iterator
from datetime import date

from schemas.agreement.document import Agreement, Deadline, Recipient
from schemas.agreement.problems import Problem


def citation_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse an unknown instruction, recipient or party, and an instruction given too late."""
    for index, deadline in enumerate(agreement.deadlines):
        path = f"deadlines[{index}]"
        yield from _instruction(
            agreement, f"{path}.instruction", deadline.instruction, deadline.send_from
        )
        yield from _deadline_recipients(agreement, f"{path}.recipients", deadline)
    for index, recipient in enumerate(agreement.recipients):
        yield from _recipient(agreement, f"recipients[{index}]", recipient)
    yield from _instruction(
        agreement,
        "retention.instruction",
        agreement.retention.instruction,
        min(agreement.retention.records.at_latest, agreement.retention.packages.at_latest),
    )


def _instruction(
    agreement: Agreement, path: str, cited: str | None, first_day: date | None
) -> Iterator[Problem]:
    """``first_day`` is the first on which something may be done because of it."""
    if cited is None:
        return
    given_on = {known.id: known.given_on for known in agreement.instructions}
    if cited not in given_on:
        sentence = (
            "cette instruction n'est pas dans la liste : écrivez l'identifiant d'une table "
            "[[instructions]], ou ajoutez-la"
        )
        yield Problem(path, sentence)
    elif first_day is not None and given_on[cited] > first_day:
        sentence = (
            f"cette instruction est du {given_on[cited]:%d/%m/%Y}, après le {first_day:%d/%m/%Y} "
            "où elle servirait déjà : citez une instruction antérieure, ou corrigez les dates"
        )
        yield Problem(path, sentence)


def _deadline_recipients(agreement: Agreement, path: str, deadline: Deadline) -> Iterator[Problem]:
    if deadline.kind != "survey" and deadline.recipients:
        sentence = "seule une échéance d'enquête (survey) envoie des données : retirez cette clé"
        yield Problem(path, sentence)
    if deadline.kind == "survey" and not deadline.recipients:
        sentence = "écrivez la liste des identifiants des destinataires de cette enquête"
        yield Problem(path, sentence)
    known = {recipient.id for recipient in agreement.recipients}
    for index, cited in enumerate(deadline.recipients):
        if cited not in known:
            sentence = (
                "ce destinataire n'est pas dans la liste : écrivez l'identifiant d'une table "
                "[[recipients]], ou ajoutez-la"
            )
            yield Problem(f"{path}[{index}]", sentence)
        if cited in deadline.recipients[:index]:
            yield Problem(f"{path}[{index}]", "ce destinataire est déjà cité : retirez-le")


def _recipient(agreement: Agreement, path: str, recipient: Recipient) -> Iterator[Problem]:
    countries = {party.id: party.country for party in agreement.parties}
    if recipient.id not in countries:
        sentence = (
            "ce destinataire n'est pas partie à la convention : ajoutez une table [[parties]] de "
            "même identifiant"
        )
        yield Problem(f"{path}.id", sentence)
    elif recipient.country != countries[recipient.id]:
        sentence = (
            "ce pays n'est pas celui de la partie de même identifiant : corrigez l'un ou l'autre"
        )
        yield Problem(f"{path}.country", sentence)
    first_sending = min(
        (known.send_from for known in agreement.deadlines if recipient.id in known.recipients),
        default=None,
    )
    for name, cited in (
        ("reference_instruction", recipient.reference_instruction),
        ("view_instruction", recipient.view_instruction),
        ("transfer_instruction", recipient.transfer_instruction),
    ):
        yield from _instruction(agreement, f"{path}.{name}", cited, first_sending)
