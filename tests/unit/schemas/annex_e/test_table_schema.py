"""The Table Schema that travels."""

import re

from schemas.annex_e import COLUMNS, table_schema
from tests.unit.schemas.annex_e.sound_row import record_of


def test_table_schema_has_the_eight_columns_in_order() -> None:
    described = table_schema(COLUMNS)

    assert tuple(field["name"] for field in described["fields"]) == COLUMNS


def test_table_schema_has_the_reference_only_when_asked() -> None:
    described = table_schema((*COLUMNS, "reference"))

    assert [field["name"] for field in described["fields"]] == [*COLUMNS, "reference"]


def test_table_schema_demands_what_the_contract_demands() -> None:
    fields = table_schema(COLUMNS)["fields"]

    demanded = {field["name"] for field in fields if field.get("constraints", {}).get("required")}

    assert demanded == {"prenom", "nom", "date_naissance", "date_entree"}


def test_table_schema_patterns_accept_a_record_as_sent() -> None:
    record = record_of()
    patterns = {
        field["name"]: field["constraints"]["pattern"]
        for field in table_schema(COLUMNS)["fields"]
        if "pattern" in field.get("constraints", {})
    }

    assert set(patterns) == {"code_postal", "telephone"}
    assert re.fullmatch(patterns["code_postal"], record.code_postal)
    assert re.fullmatch(patterns["telephone"], record.telephone)


def test_table_schema_gives_patterns_to_text_alone() -> None:
    fields = table_schema((*COLUMNS, "reference"))["fields"]

    with_pattern = [field for field in fields if "pattern" in field.get("constraints", {})]

    assert {field["type"] for field in with_pattern} == {"string"}
