import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.agreement import AgreementError, UnknownIdError, read_agreement
from schemas.errors import SchemasError
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed, problems_of


def test_a_whole_agreement_is_read_as_frozen_values() -> None:
    agreement = read_agreement(PLAIN.encode())

    assert (agreement.id, agreement.version, agreement.role) == ("spie-99", 1, "processor")
    assert agreement.sender.name == "Département d'essai"
    assert agreement.party("ministere").dpo_contact == "dpo@ministere.example"
    assert agreement.instruction("envoyer").given_on == date(2022, 12, 1)
    assert agreement.deadline("enquete").recipients == ("ministere", "prestataire")
    assert agreement.deadline("bilan").recipients == ()
    assert agreement.recipient("ministere").reference_instruction is None
    assert agreement.retention.records.from_ == "last_due"
    assert agreement.columns["courriel"] == "MAIL"
    assert agreement.territory_postcodes == ("62", "59")
    assert hash(agreement.deadlines)


def test_the_digest_is_that_of_the_exact_bytes() -> None:
    data = PLAIN.replace("\n", "\r\n").encode("utf-8-sig")

    agreement = read_agreement(data)

    assert agreement.digest == hashlib.sha256(data).hexdigest()
    assert agreement.digest != read_agreement(PLAIN.encode()).digest


def test_a_local_key_may_be_absent() -> None:
    agreement = read_agreement(changed(('local_key = "ID_LOCAL"\n', "")).encode())

    assert agreement.local_key is None


def test_an_unknown_id_is_not_found() -> None:
    agreement = read_agreement(PLAIN.encode())

    with pytest.raises(UnknownIdError, match="ne connaît pas l'identifiant nulle-part"):
        agreement.deadline("nulle-part")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(AgreementError, match="dépasse 1 Mio"):
        read_agreement(PLAIN.encode() + b"#" * 1024 * 1024)


def test_a_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(AgreementError, match="enregistrez-le en UTF-8"):
        read_agreement(PLAIN.encode("cp1252"))


def test_a_file_that_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(AgreementError, match=r"n'est pas du TOML, ligne 4, colonne 11"):
        read_agreement(changed(("version = 1", "version = ")).encode())


def test_a_file_of_brackets_without_end_is_refused() -> None:
    with pytest.raises(AgreementError, match="n'est pas du TOML"):
        read_agreement(b"id = " + b"[" * 100_000)


def test_all_problems_are_told_at_once_in_the_order_of_their_paths() -> None:
    text = changed(
        ("version = 1\n", ""),
        ('country = "FR" # recipients[1]', 'country = "France"'),
        ("due = 2023-01-31", 'due = "31/01/2023"'),
        ("days = 365", "days = 0"),
    )

    paths = [path for path, _ in problems_of(text)]

    assert paths == ["deadlines[0].due", "recipients[1].country", "retention.log.days", "version"]


def test_the_tenth_table_is_told_after_the_second() -> None:
    party = '[[parties]]\nid = "a b"\n'

    paths = {path.split(".")[0]: None for path, _ in problems_of(PLAIN + party * 9)}

    assert list(paths) == [f"parties[{index}]" for index in range(3, 12)]


def test_all_contradictions_are_told_at_once() -> None:
    text = changed(
        ("end = 2023-06-30", "end = 2020-06-30"),
        ('recipients = ["ministere", "prestataire"]', 'recipients = ["ministere", "autre"]'),
        ('telephone = "TEL"', 'telephone = "MAIL"'),
    )

    paths = [path for path, _ in problems_of(text)]

    assert paths == ["deadlines[0].recipients[1]", "actions.end", "columns.telephone"]


def test_an_error_is_one_of_the_schemas_and_shows_its_problems() -> None:
    with pytest.raises(SchemasError, match="id : écrivez un identifiant"):
        read_agreement(changed(('id = "spie-99"', 'id = ""')).encode())


@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(AgreementError):
        read_agreement(data)


@given(st.integers(0, len(PLAIN) - 1), st.characters(codec="utf-8"))
def test_any_letter_that_changes_is_accepted_or_refused(place: int, letter: str) -> None:
    data = (PLAIN[:place] + letter + PLAIN[place + 1 :]).encode()

    try:
        agreement = read_agreement(data)
    except AgreementError:
        return

    assert agreement.digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("key", ["1" * 5000, f'"{"٣" * 5000}"'])
def test_a_key_of_more_digits_than_a_number_has_is_a_problem_like_another(key: str) -> None:
    ((path, sentence),) = problems_of(f"{key} = 1\n{PLAIN}")

    assert len(path) == 60
    assert "clé inconnue" in sentence


def test_a_key_of_many_parts_is_refused_before_it_is_parsed() -> None:
    ((_, sentence),) = problems_of(f"{PLAIN}\n{'a.' * 500_000}a = 1\n")

    assert "plus de 256 points" in sentence
