"""Each id designates one thing."""

from collections.abc import Iterator

from schemas.agreement.document import TEST_DEADLINE_ID, Agreement
from schemas.agreement.problems import Problem


def identifier_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse an id given twice in one list, or reserved.

    Letter case does not distinguish ids: they make file names, and Windows ignores it.
    """
    for name, ids in (
        ("parties", [party.id for party in agreement.parties]),
        ("instructions", [instruction.id for instruction in agreement.instructions]),
        ("deadlines", [deadline.id for deadline in agreement.deadlines]),
        ("recipients", [recipient.id for recipient in agreement.recipients]),
    ):
        folded = [identifier.lower() for identifier in ids]
        for index, identifier in enumerate(folded):
            if identifier in folded[:index]:
                first = folded.index(identifier)
                sentence = (
                    f"cet identifiant est déjà celui de {name}[{first}] : écrivez-en un autre"
                )
                yield Problem(f"{name}[{index}].id", sentence)
    for index, deadline in enumerate(agreement.deadlines):
        if deadline.id.lower() == TEST_DEADLINE_ID:
            sentence = (
                "ce mot est réservé aux essais de clés des destinataires : écrivez-en un autre"
            )
            yield Problem(f"deadlines[{index}].id", sentence)
