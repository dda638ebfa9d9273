"""The closed schema: marshmallow refuses every other field, and each field states its rules.

What is loaded is text, column by column; a `ValidationError` raised by a rule carries rule codes
as its messages, never a sentence or a value.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

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

WHOLE_ROW: Final = "_schema"  # marshmallow's name for what concerns no field in particular

_Rule: TypeAlias = Callable[[str], Sequence[RuleCode]]
_TEXT_RULES: Final[tuple[_Rule, ...]] = (character_faults, formula_faults, nir_faults)


def _refusal(codes: Sequence[RuleCode]) -> ValidationError:
    return ValidationError(list(codes))


class _Obeys(Validator):
    """Raise every code that the rules of a column find in one normal form."""

    def __init__(self, column: Column, *rules: _Rule) -> None:
        length: tuple[_Rule, ...] = ()
        if column.max_characters is not None:
            length = (partial(length_faults, max_characters=column.max_characters),)
        self._is_required = column.is_required
        self._rules = (*length, *_TEXT_RULES, *rules)

    def __call__(self, cell: str) -> str:
        faults: list[RuleCode] = []
        if cell:
            for rule in self._rules:
                faults += rule(cell)
        elif self._is_required:
            faults.append(RuleCode.CHAMP_OBLIGATOIRE)
        if faults:
            raise _refusal(faults)
        return cell


class _TelephoneField(fields.String):
    """A telephone: read beside its row's postcode, and free of the text rules once it is one."""

    def _deserialize(
        self, value: str, attr: str | None, data: Mapping[str, str] | None, **kwargs: object
    ) -> str:
        cell = normal_form(super()._deserialize(value, attr, data, **kwargs))
        if not cell:
            return ""
        telephone = read_telephone(cell, normal_form((data or {}).get("code_postal", "")))
        faults = list(character_faults(cell))
        if telephone.fault is RuleCode.TELEPHONE_FORMAT:
            faults += (*formula_faults(cell), *nir_faults(cell))
        if telephone.fault is not None:
            faults.append(telephone.fault)
        if faults:
            raise _refusal(faults)
        return telephone.e164


def _text(column: Column, *rules: _Rule, form: Callable[[str], str] | None = None) -> fields.String:
    return fields.String(
        required=True,
        pre_load=normal_form,
        validate=_Obeys(column, *rules),
        post_load=form,
    )


class RecordSchema(Schema):
    """The eight fields of Annexe E under one judging context.

    `load` takes a mapping of the eight columns to text and returns their normal forms; it
    raises `ValidationError`, whose messages are lists of rule codes by column or WHOLE_ROW.
    """

    class Meta:
        """An unknown field is an error: the list is closed."""

        unknown = RAISE

    prenom = _text(columns.PRENOM, allocation_number_faults)
    nom = _text(columns.NOM, allocation_number_faults)
    date_naissance = _text(columns.DATE_NAISSANCE, date_faults, form=iso_form)
    adresse = _text(columns.ADRESSE)
    code_postal = _text(columns.CODE_POSTAL, postcode_faults)
    courriel = _text(columns.COURRIEL, email_faults, form=email_form)
    telephone = _TelephoneField(required=True)
    date_entree = _text(columns.DATE_ENTREE, date_faults, form=iso_form)

    def __init__(self, context: JudgingContext) -> None:
        super().__init__()
        self._today = context.today.isoformat()

    @validates_schema(skip_on_field_errors=False)
    def judge_row(self, data: Mapping[str, str], **_: object) -> None:
        """Raise what only the row can tell; `data` lacks the fields that have a fault."""
        faults: dict[str, list[RuleCode]] = {}
        birth, entry = data.get("date_naissance"), data.get("date_entree")
        if entry is not None and entry > self._today:
            faults["date_entree"] = [RuleCode.ENTREE_FUTURE]
        elif birth is not None and entry is not None and not has_plausible_age(birth, entry):
            faults["date_naissance"] = [RuleCode.DATE_INVRAISEMBLABLE]
        if not _can_be_reached(data):
            faults[WHOLE_ROW] = [RuleCode.CONTACT_ABSENT]
        if faults:
            raise ValidationError(faults)


def _can_be_reached(data: Mapping[str, str]) -> bool:
    """Tell whether a contact is given; one that is given but faulty has its own code."""

    def is_given(column: str) -> bool:
        return data.get(column) != ""

    return (
        is_given("courriel")
        or is_given("telephone")
        or (is_given("adresse") and is_given("code_postal"))
    )
