"""Whole rows: contacts, numbers of fields, every fault at once, the closed list."""

import pytest
from marshmallow import ValidationError

from schemas.annex_e import COLUMNS, Finding, Record, RuleCode, SourceRow, judge
from schemas.annex_e.record_schema import RecordSchema
from tests.unit.schemas.annex_e.sound_row import CONTEXT, LINE, SOUND, found, verdict_of

_NO_CONTACT = {"adresse": "", "code_postal": "", "courriel": "", "telephone": ""}


@pytest.mark.parametrize(
    "given", [{}, {"adresse": "3 rue Neuve"}, {"code_postal": "62000"}, {"courriel": "  "}]
)
def test_contact_absent_is_found_for_the_whole_row(given: dict[str, str]) -> None:
    assert found(**(_NO_CONTACT | given)) == [("", "CONTACT_ABSENT")]


@pytest.mark.parametrize(
    "given",
    [
        {"adresse": "3 rue Neuve", "code_postal": "62000"},
        {"courriel": "zoe@exemple.fr"},
        {"telephone": "0612345678"},
    ],
)
def test_contact_absent_is_not_found_with_one_way_to_be_reached(given: dict[str, str]) -> None:
    assert found(**(_NO_CONTACT | given)) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"courriel": "zoe"}, ("courriel", "COURRIEL_FORMAT")),
        ({"telephone": "0612"}, ("telephone", "TELEPHONE_FORMAT")),
        ({"adresse": "3 rue Neuve", "code_postal": "620"}, ("code_postal", "CODE_POSTAL_FORMAT")),
    ],
)
def test_contact_absent_is_not_found_when_a_faulty_contact_is_given(
    given: dict[str, str], code: tuple[str, str]
) -> None:
    assert found(**(_NO_CONTACT | given)) == [code]


@pytest.mark.parametrize("cells", [None, (), ("a",) * 7, ("a",) * 9])
def test_ligne_nombre_champs_is_found_alone(cells: tuple[str, ...] | None) -> None:
    verdict = judge([SourceRow(LINE, cells)], CONTEXT)[0]

    assert verdict.findings == (Finding(LINE, "", RuleCode.LIGNE_NOMBRE_CHAMPS),)
    assert verdict.is_refused


def test_every_fault_is_reported_in_the_order_of_the_columns() -> None:
    assert found(
        prenom="",
        nom="=1234567 2910362041037\x00",
        adresse="c/o CEDEX",
        telephone="12",
        date_entree="2019-01-01",
    ) == [
        ("prenom", "CHAMP_OBLIGATOIRE"),
        ("nom", "CARACTERE_INTERDIT"),
        ("nom", "FORMULE"),
        ("nom", "NIR"),
        ("nom", "IDENTIFIANT_SOCIAL"),
        ("adresse", "AVERTISSEMENT_ADRESSE_TIERS"),
        ("code_postal", "AVERTISSEMENT_CODE_POSTAL"),
        ("telephone", "TELEPHONE_FORMAT"),
        ("date_entree", "ENTREE_HORS_PERIODE"),
    ]


def test_verdicts_come_in_the_order_of_the_rows_with_their_lines() -> None:
    sound = tuple(SOUND.values())

    verdicts = judge([SourceRow(2, sound), SourceRow(3, None), SourceRow(9, sound)], CONTEXT)

    assert [(verdict.line, verdict.is_refused) for verdict in verdicts] == [
        (2, False),
        (3, True),
        (9, False),
    ]


def test_a_refused_row_is_not_held_and_has_no_record() -> None:
    verdict = verdict_of(date_entree="2019-01-01", nom="")

    assert verdict.is_refused
    assert not verdict.is_held
    assert verdict.record is None


@pytest.mark.parametrize("column", ["nir", "sexe", "numero_allocataire", "reference", "PRENOM"])
def test_schema_refuses_any_field_outside_the_closed_list(column: str) -> None:
    with pytest.raises(ValidationError, match=column):
        RecordSchema(CONTEXT).load({**SOUND, column: "x"})


@pytest.mark.parametrize("column", COLUMNS)
def test_schema_demands_each_of_the_eight_fields(column: str) -> None:
    seven = {name: cell for name, cell in SOUND.items() if name != column}

    with pytest.raises(ValidationError, match=column):
        RecordSchema(CONTEXT).load(seven)


def test_schema_has_the_eight_columns_of_the_contract_in_order() -> None:
    assert tuple(RecordSchema(CONTEXT).fields) == COLUMNS
    assert COLUMNS == (
        "prenom",
        "nom",
        "date_naissance",
        "adresse",
        "code_postal",
        "courriel",
        "telephone",
        "date_entree",
    )


def test_record_is_rebuilt_from_its_cells() -> None:
    record = Record(**SOUND)

    assert record.cells() == tuple(SOUND[column] for column in COLUMNS)
    assert Record.from_cells(record.cells()) == record


@pytest.mark.parametrize("local_key", ["2 91 03 62 041 037 17", "291036204103717"])
def test_nir_as_the_local_key_refuses_the_row(local_key: str) -> None:
    cells = tuple(SOUND[column] for column in COLUMNS)

    verdict = judge([SourceRow(LINE, cells, local_key)], CONTEXT)[0]

    assert verdict.is_refused
    assert verdict.findings == (Finding(LINE, "", RuleCode.NIR),)


def test_an_ordinary_local_key_is_accepted() -> None:
    cells = tuple(SOUND[column] for column in COLUMNS)

    verdict = judge([SourceRow(LINE, cells, "PARCOURS-000123")], CONTEXT)[0]

    assert not verdict.findings
