import pytest

from tests.unit.schemas.agreement.plain_agreement import the_problem_of


@pytest.mark.parametrize("local", ["MAIL", "mail", "Mail"])
def test_a_mapping_of_two_columns_to_one_is_refused(local: str) -> None:
    path, sentence = the_problem_of(('telephone = "TEL"', f'telephone = "{local}"'))

    assert path == "columns.telephone"
    assert "déjà celle de columns.courriel" in sentence


def test_a_local_column_that_bears_the_name_of_another_datum_is_refused() -> None:
    path, sentence = the_problem_of(('prenom = "PRENOM"', 'prenom = "Nom"'))

    assert path == "columns.prenom"
    assert "celui d'une autre donnée (nom)" in sentence


@pytest.mark.parametrize("key", ["CP", "cp", "code_postal", "Date_Naissance"])
def test_a_local_key_that_is_a_mapped_column_is_refused(key: str) -> None:
    path, sentence = the_problem_of(('local_key = "ID_LOCAL"', f'local_key = "{key}"'))

    assert path == "local_key"
    assert "ne peut pas être une donnée de l'annexe E" in sentence
