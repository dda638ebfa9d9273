"""Reading what designates a person outside of any row: names and birth date, or local key."""

from collections.abc import Mapping, Sequence
from typing import Final

from marshmallow import RAISE, Schema, ValidationError

from schemas.annex_e import columns
from schemas.annex_e.codes import RuleCode
from schemas.annex_e.dates import date_faults, iso_form
from schemas.annex_e.identifiers import allocation_number_faults, nir_faults
from schemas.annex_e.record_schema import Cell
from schemas.annex_e.records import Names
from schemas.errors import SchemasError

LOCAL_KEY: Final = "local_key"
"""Where the local system's key of a person is, beside the columns."""
_UNEXPECTED: Final = "seuls nom, prenom et date_naissance sont attendus"


class NamesError(SchemasError):
    """What designates a person is not what a row could hold: mend it and ask again.

    ``faults`` are French sentences by column, ``local_key`` included.
    """

    def __init__(self, sentence: str, faults: Mapping[str, Sequence[str]]) -> None:
        """Say what is wrong as one sentence, and by column."""
        super().__init__(sentence)
        self.faults = faults


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
        faults = _faults(error)
        told = [f"{column} : {one}" for column, sentences in faults.items() for one in sentences]
        raise NamesError("; ".join(told) or _UNEXPECTED, faults) from None


def read_local_key(text: str) -> str:
    """Read the local system's key of a person, as a row may have it.

    Raises ``NamesError`` for a NIR, which no row may have.
    """
    local_key = text.strip()
    for code in nir_faults(local_key):
        raise NamesError(f"clé locale : {code.message}", {LOCAL_KEY: [code.message]})
    return local_key


def _faults(error: ValidationError) -> dict[str, list[str]]:
    known = [column for column in NamesSchema().fields if column in error.messages_dict]
    return {column: [_message(code) for code in error.messages_dict[column]] for column in known}


def _message(code: str) -> str:
    return RuleCode[code].message if code in RuleCode.__members__ else "ce champ manque"
