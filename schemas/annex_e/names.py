"""Reading what designates a person outside of any row: names and birth date, or local key."""

from collections.abc import Mapping

from marshmallow import RAISE, Schema, ValidationError

from schemas.annex_e import columns
from schemas.annex_e.codes import RuleCode
from schemas.annex_e.dates import date_faults, iso_form
from schemas.annex_e.identifiers import allocation_number_faults, nir_faults
from schemas.annex_e.record_schema import Cell
from schemas.annex_e.records import Names
from schemas.errors import SchemasError


class NamesError(SchemasError):
    """What designates a person is not what a row could hold: mend it and ask again."""


class NamesSchema(Schema):
    """The three columns under the rules of their cells."""

    class Meta:
        """An unknown field is an error: the list is closed."""

        unknown = RAISE

    nom = Cell(columns.NOM, allocation_number_faults)
    prenom = Cell(columns.PRENOM, allocation_number_faults)
    date_naissance = Cell(columns.DATE_NAISSANCE, exact=date_faults, form=iso_form)


def read_names(cells: Mapping[str, str]) -> Names:
    """Read the three cells by column, in any writing a row may have.

    Raises ``NamesError``, which says columns and rules, never a value.
    """
    try:
        return Names(**NamesSchema().load(cells))
    except ValidationError as error:
        raise NamesError("; ".join(_sentences(error))) from None


def read_local_key(text: str) -> str:
    """Read the local system's key of a person, as a row may have it.

    Raises ``NamesError`` for a NIR, which no row may have.
    """
    local_key = text.strip()
    for code in nir_faults(local_key):
        raise NamesError(f"clé locale : {code.message}")
    return local_key


def _sentences(error: ValidationError) -> list[str]:
    known = [column for column in NamesSchema().fields if column in error.messages_dict]
    faults = [(column, code) for column in known for code in error.messages_dict[column]]
    sentences = [f"{column} : {_message(code)}" for column, code in faults]
    return sentences or ["seuls nom, prenom et date_naissance sont attendus"]


def _message(code: str) -> str:
    return RuleCode[code].message if code in RuleCode.__members__ else "ce champ manque"
