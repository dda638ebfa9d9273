"""What is loaded and what is sent is said, and never guessed."""

from collections.abc import Iterator

from schemas.agreement.document import Agreement
from schemas.agreement.problems import Problem


def content_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse a survey without content, a content elsewhere, a complete list without bound."""
    for index, deadline in enumerate(agreement.deadlines):
        path = f"deadlines[{index}].content"
        if deadline.kind == "survey" and deadline.content is None:
            sentence = (
                "cette clé manque : écrivez all (toutes les personnes arrêtées à cette date) ou "
                "not_yet_sent (celles qu'une échéance précédente n'a pas envoyées)"
            )
            yield Problem(path, sentence)
        if deadline.kind != "survey" and deadline.content is not None:
            sentence = "seule une échéance d'enquête (survey) envoie des données : retirez-la"
            yield Problem(path, sentence)
    if agreement.import_mode == "liste-complete" and agreement.max_absent is None:
        sentence = (
            "cette clé manque : une liste complète retire des envois les personnes qui n'y sont "
            "plus ; écrivez combien, au plus, peuvent manquer"
        )
        yield Problem("max_absent", sentence)
