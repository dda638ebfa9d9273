"""What is loaded, what is sent and in which view is said in the agreement, never guessed."""

import pytest

from schemas.agreement import read_agreement
from tests.unit.schemas.agreement.plain_agreement import changed, the_problem_of

_PSEUDONYMISED = ('view = "nominative" # recipients[0]', 'view = "pseudonymised"')


@pytest.mark.parametrize(
    ("changes", "path", "beginning"),
    [
        ([('content = "all"\n', "")], "deadlines[0].content", "cette clé manque"),
        ([('content = "all"', 'content = "some"')], "deadlines[0].content", "écrivez ce que"),
        (
            [('kind = "report"', 'kind = "report"\ncontent = "all"')],
            "deadlines[1].content",
            "seule une échéance d'enquête",
        ),
        (
            [('import_mode = "complement"', 'import_mode = "liste-complete"')],
            "max_absent",
            "cette clé manque",
        ),
        ([_PSEUDONYMISED], "recipients[0].view_instruction", "écrivez l'identifiant"),
        (
            [(_PSEUDONYMISED[0], 'view = "nominative"\nview_instruction = "envoyer"')],
            "recipients[0].view_instruction",
            "cette clé ne va que pour",
        ),
        (
            [(_PSEUDONYMISED[0], f'{_PSEUDONYMISED[1]}\nview_instruction = "jamais"')],
            "recipients[0].view_instruction",
            "cette instruction n'est pas dans la liste",
        ),
        (
            [
                (
                    _PSEUDONYMISED[0],
                    f'{_PSEUDONYMISED[1]}\nview_instruction = "envoyer"\n'
                    'reference_instruction = "envoyer"',
                )
            ],
            "recipients[0].reference_instruction",
            "la vue pseudonymisée porte toujours la référence",
        ),
    ],
)
def test_a_content_or_view_that_contradicts_is_refused(
    changes: list[tuple[str, str]], path: str, beginning: str
) -> None:
    found, sentence = the_problem_of(*changes)

    assert found == path
    assert sentence.startswith(beginning)


def test_a_complete_list_with_a_bound_and_a_view_with_its_instruction_are_read() -> None:
    text = changed(
        ('import_mode = "complement"', 'import_mode = "liste-complete"\nmax_absent = 0'),
        (_PSEUDONYMISED[0], f'{_PSEUDONYMISED[1]}\nview_instruction = "envoyer"'),
        ('content = "all"', 'content = "not_yet_sent"'),
    )

    agreement = read_agreement(text.encode())

    assert (agreement.import_mode, agreement.max_absent) == ("liste-complete", 0)
    assert agreement.recipient("ministere").view == "pseudonymised"
    assert agreement.deadline("enquete").content == "not_yet_sent"
