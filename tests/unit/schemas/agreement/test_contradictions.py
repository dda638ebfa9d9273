"""What contradicts something else in the file is refused, with what to write."""

import pytest

from schemas.agreement import read_agreement, recipient_fingerprint
from tests.unit.schemas.agreement.plain_agreement import (
    CLASSICAL_KEY,
    OTHER_POST_QUANTUM_KEY,
    POST_QUANTUM_KEY,
    changed,
    problems_of,
    the_problem_of,
)


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ('id = "ministere"\n', 'id = "departement"\n', "parties[1].id"),
        ('id = "ministere"\n', 'id = "DEPARTEMENT"\n', "parties[1].id"),
        ('id = "detruire"', 'id = "envoyer"', "instructions[1].id"),
        ('id = "bilan"', 'id = "Enquete"', "deadlines[1].id"),
        ('id = "prestataire" #', 'id = "ministere" #', "recipients[1].id"),
    ],
)
def test_a_duplicate_id_is_refused(before: str, after: str, path: str) -> None:
    problems = dict(problems_of(changed((before, after))))

    assert problems[path].startswith("cet identifiant est déjà celui de")


def test_an_agreement_without_controller_is_refused() -> None:
    path, sentence = the_problem_of(('role = "controller"', 'role = "recipient"  '))

    assert path == "parties"
    assert sentence.startswith("aucun responsable du traitement")


@pytest.mark.parametrize("role", ["recipient", "sub-processor"])
def test_an_agreement_in_which_the_departement_is_not_known_is_refused(role: str) -> None:
    path, sentence = the_problem_of(('role = "processor" # parties[0]', f'role = "{role}"'))

    assert path == "parties"
    assert 'une partie et une seule doit avoir role = "processor"' in sentence


def test_the_departement_may_be_the_controller() -> None:
    text = changed(
        ('\nrole = "processor"\n', '\nrole = "controller"\n'),
        ('role = "processor" # parties[0]', 'role = "controller"'),
        ('role = "controller"\ncountry = "FR" # parties[1]', 'role = "recipient"\ncountry = "FR"'),
    )

    assert read_agreement(text.encode()).sender.id == "departement"


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ('"envoyer" # deadlines[0]', '"inconnue"', "deadlines[0].instruction"),
        ('instruction = "detruire"', 'instruction = "inconnue"', "retention.instruction"),
        (
            'view = "nominative" # recipients[0]',
            'view = "nominative"\nreference_instruction = "inconnue"',
            "recipients[0].reference_instruction",
        ),
        (
            'view = "nominative" # recipients[0]',
            'view = "nominative"\ntransfer_instruction = "inconnue"',
            "recipients[0].transfer_instruction",
        ),
    ],
)
def test_an_unknown_instruction_is_refused(before: str, after: str, path: str) -> None:
    told_path, sentence = the_problem_of((before, after))

    assert told_path == path
    assert sentence.startswith("cette instruction n'est pas dans la liste")


def test_an_instruction_given_after_what_it_orders_is_refused() -> None:
    path, sentence = the_problem_of(("date = 2022-12-01", "date = 2023-01-17"))

    assert path == "deadlines[0].instruction"
    assert sentence.startswith("cette instruction est du 17/01/2023, après le 16/01/2023")


def test_a_reference_instruction_given_after_the_first_sending_is_refused() -> None:
    path, _ = the_problem_of(
        ("date = 2022-12-02", "date = 2023-01-17"),
        (
            'view = "nominative" # recipients[0]',
            'view = "nominative"\nreference_instruction = "detruire"',
        ),
    )

    assert path == "recipients[0].reference_instruction"


def test_an_instruction_to_destroy_given_after_the_destruction_is_refused() -> None:
    path, _ = the_problem_of(("date = 2022-12-02", "date = 2023-10-01"))

    assert path == "retention.instruction"


def test_an_unknown_recipient_is_refused() -> None:
    path, sentence = the_problem_of(('["ministere", "prestataire"]', '["ministere", "autre"]'))

    assert path == "deadlines[0].recipients[1]"
    assert sentence.startswith("ce destinataire n'est pas dans la liste")


def test_a_recipient_cited_twice_is_refused() -> None:
    path, sentence = the_problem_of(('["ministere", "prestataire"]', '["ministere", "ministere"]'))

    assert path == "deadlines[0].recipients[1]"
    assert sentence == "ce destinataire est déjà cité : retirez-le"


@pytest.mark.parametrize("line", ["", "recipients = []\n"])
def test_a_survey_without_recipients_is_refused(line: str) -> None:
    path, sentence = the_problem_of(('recipients = ["ministere", "prestataire"]\n', line))

    assert path == "deadlines[0].recipients"
    assert sentence.startswith("écrivez la liste")


def test_a_report_with_recipients_is_refused() -> None:
    path, sentence = the_problem_of(
        ('label = "Bilan"', 'label = "Bilan"\nrecipients = ["ministere"]')
    )

    assert path == "deadlines[1].recipients"
    assert sentence.startswith("seule une échéance d'enquête")


def test_a_recipient_that_is_no_party_is_refused() -> None:
    path, sentence = the_problem_of(('id = "prestataire"\n', 'id = "un-autre"\n'))

    assert path == "recipients[1].id"
    assert sentence.startswith("ce destinataire n'est pas partie à la convention")


def test_a_recipient_in_another_country_than_its_party_is_refused() -> None:
    path, sentence = the_problem_of(('country = "FR" # recipients[1]', 'country = "BE"'))

    assert path == "recipients[1].country"
    assert "pas celui de la partie" in sentence


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("end = 2023-06-30", "end = 2020-12-31", "actions.end"),
        ("processing_ends = 2023-12-31", "processing_ends = 2023-06-29", "processing_ends"),
        ("cut_off = 2022-12-30", "cut_off = 2020-12-31", "deadlines[0].cut_off"),
        ("send_from = 2023-01-16", "send_from = 2022-12-29", "deadlines[0].send_from"),
        ("send_by = 2023-01-27", "send_by = 2023-01-15", "deadlines[0].send_by"),
        ("due = 2023-01-31", "due = 2023-01-26", "deadlines[0].due"),
    ],
)
def test_dates_out_of_order_are_refused(before: str, after: str, path: str) -> None:
    problems = dict(problems_of(changed((before, after))))

    assert "précède" in problems[path] or "avant les actions" in problems[path]


def test_dates_on_one_day_are_in_order() -> None:
    text = changed(
        ("send_from = 2023-01-16", "send_from = 2022-12-30"),
        ("send_by = 2023-01-27", "send_by = 2022-12-30"),
        ("due = 2023-01-31", "due = 2022-12-30"),
        ("processing_ends = 2023-12-31", "processing_ends = 2023-06-30"),
    )

    assert read_agreement(text.encode()).deadline("enquete").due.day == 30


def test_a_deadline_after_the_end_of_processing_is_refused() -> None:
    path, sentence = the_problem_of(
        ("due = 2023-04-28", "due = 2024-01-01"),
    )

    assert path == "deadlines[1].due"
    assert "après la fin du traitement (31/12/2023)" in sentence


def test_an_agreement_without_a_survey_is_refused() -> None:
    path, sentence = the_problem_of(
        ('kind = "survey"', 'kind = "indicators"'),
        ('content = "all"\nrecipients = ["ministere", "prestataire"]\n', ""),
    )

    assert path == "deadlines"
    assert sentence.startswith("aucune échéance d'enquête")


def test_a_wrong_fingerprint_is_refused_without_telling_the_right_one() -> None:
    right = recipient_fingerprint(CLASSICAL_KEY)
    wrong = recipient_fingerprint(OTHER_POST_QUANTUM_KEY)

    path, sentence = the_problem_of((right, wrong))

    assert path == "recipients[1].fingerprint"
    assert "n'envoyez rien" in sentence
    assert right[:4] not in sentence


def test_a_classical_key_without_reason_is_refused() -> None:
    path, sentence = the_problem_of(('classical_reason = "age 1.1.1 seulement"\n', ""))

    assert path == "recipients[1].classical_reason"
    assert sentence.startswith("la clé n'est pas post-quantique")


def test_one_key_for_two_recipients_is_refused() -> None:
    problems = problems_of(
        changed(
            (CLASSICAL_KEY, POST_QUANTUM_KEY),
            (recipient_fingerprint(CLASSICAL_KEY), recipient_fingerprint(POST_QUANTUM_KEY)),
        )
    )

    [(path, sentence)] = problems
    assert path == "recipients[1].encryption_key"
    assert sentence.startswith("cette clé est déjà celle de recipients[0]")


@pytest.mark.parametrize("country", ["US", "GB", "CH"])
def test_a_recipient_outside_the_eea_without_instruction_is_refused(country: str) -> None:
    path, sentence = the_problem_of(
        ('country = "FR" # parties[2]', f'country = "{country}"'),
        ('country = "FR" # recipients[1]', f'country = "{country}"'),
    )

    assert path == "recipients[1].transfer_instruction"
    assert "hors de l'Espace économique européen" in sentence


@pytest.mark.parametrize(
    ("country", "instruction"),
    [("US", 'transfer_instruction = "envoyer"\n'), ("NO", ""), ("BE", ""), ("RE", "")],
)
def test_a_recipient_inside_the_eea_or_under_instruction_is_accepted(
    country: str, instruction: str
) -> None:
    text = changed(
        ('country = "FR" # parties[2]', f'country = "{country}"'),
        ('country = "FR" # recipients[1]', f'country = "{country}"\n{instruction}'),
    )

    assert read_agreement(text.encode()).recipient("prestataire").country == country
