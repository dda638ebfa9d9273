"""The closed schema: marshmallow refuses every other field, and each field states its rules.

The messages of a `ValidationError` raised here are rule codes, never sentences or values.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final, TypeAlias

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Validator

from schemas.annex_e import columns
from schemas.annex_e.codes import RuleCode
from schemas.annex_e.columns import Column
from schemas.annex_e.dates import date_faults, has_plausible_age, iso_form
from schemas.annex_e.emails import email_faults, email_form
from schemas.annex_e.identifiers import allocation_number_faults, nir_faults
from schemas.annex_e.judging_context import JudgingContext
from schemas.annex_e.phones import read_telephone
from schemas.annex_e.postcodes import postcode_faults
from schemas.annex_e.text import character_faults, formula_faults, length_faults, normal_form

_Rule: TypeAlias = Callable[[str], Sequence[RuleCode]]

_ROW: Final = "_schema"  # marshmallow's key for what concerns the row and no field
_TEXT_RULES: Final[tuple[_Rule, ...]] = (character_faults, formula_faults, nir_faults)
# A field's own type errors, for callers that bring something else than text.
_TYPE_CODES: Final = dict.fromkeys(("required", "null"), RuleCode.CHAMP_OBLIGATOIRE) | {
    "invalid": RuleCode.CARACTERE_INTERDIT,
    "invalid_utf8": RuleCode.CARACTERE_INTERDIT,
}


class _Obeys(Validator):
    """Raise every code that the rules of a column find in one normal form."""

    def __init__(self, column: Column, *rules: _Rule) -> None:
        self._is_required = column.is_required
        self._rules = rules

    def __call__(self, cell: str) -> str:
        faults: list[RuleCode] = []
        if cell:
            for rule in self._rules:
                faults += rule(cell)
        elif self._is_required:
            faults.append(RuleCode.CHAMP_OBLIGATOIRE)
        if faults:
            raise ValidationError(list[str | dict[str, Any]](faults))
        return cell
