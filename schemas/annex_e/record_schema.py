"""The closed schema: marshmallow refuses every other field, and each field states its rules.

What is loaded is text, column by column; a `ValidationError` raised by a rule carries rule codes
as its messages, never a sentence or a value.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from schemas.annex_e import columns
from schemas.annex_e.codes import RuleCode
from schemas.annex_e.columns import Column
from schemas.annex_e.dates import date_faults, has_plausible_age, iso_form
from schemas.annex_e.emails import email_faults, email_form
from schemas.annex_e.identifiers import allocation_number_faults, nir_faults
from schemas.annex_e.judging_context import JudgingContext
from schemas.annex_e.phones import read_telephone
from schemas.annex_e.postcodes import postcode_faults
from schemas.annex_e.text import character_faults, formula_faults, normal_form, text_faults

WHOLE_ROW: Final = "_schema"  # marshmallow's name for what concerns no field in particular

_Rule: TypeAlias = Callable[[str], Sequence[RuleCode]]


class Cell(fields.Field[str]):
    """One column: a cell is brought to its normal form, obeys every rule, takes its final form.

    The rules run in marshmallow's validation step itself, not in its list of validators, which
    it composes anew for each cell: that alone cost an eighth of the time of a row.
    """

    def __init__(
        self,
        column: Column,
        *rules: _Rule,
        exact: _Rule | None = None,
        form: Callable[[str], str] | None = None,
    ) -> None:
        """Take the `rules` of a text, or one `exact` rule: who obeys it can break none of text."""
        super().__init__(required=True, pre_load=normal_form, post_load=form or ())
        self._column = column
        self._exact = exact
        self._rules = (text_faults, nir_faults, *rules, *((exact,) if exact else ()))

    def _validate(self, value: str) -> None:
        if not value:
            if self._column.is_required:
                raise ValidationError([RuleCode.CHAMP_OBLIGATOIRE])
            return
        if self._exact is not None and not self._exact(value):
            return
        faults = [code for rule in self._rules for code in rule(value)]
        if self._column.max_characters is not None and len(value) > self._column.max_characters:
            faults.append(RuleCode.CHAMP_TROP_LONG)
        if faults:
            raise ValidationError(list(faults))


class _TelephoneCell(fields.Field[str]):
    """A telephone: read beside its row's postcode, and free of the text rules once it is one."""

    def __init__(self) -> None:
        super().__init__(required=True, pre_load=normal_form)

    def _deserialize(
        self, value: str, attr: str | None, data: Mapping[str, str] | None, **kwargs: object
    ) -> str:
        cell = super()._deserialize(value, attr, data, **kwargs)
        if not cell:
            return ""
        telephone = read_telephone(cell, normal_form((data or {}).get("code_postal", "")))
        faults = list(character_faults(cell))
        if telephone.fault is RuleCode.TELEPHONE_FORMAT:
            faults += (*formula_faults(cell), *nir_faults(cell))
        if telephone.fault is not None:
            faults.append(telephone.fault)
        if faults:
            raise ValidationError(list(faults))
        return telephone.e164


class RecordSchema(Schema):
    """The eight fields of Annexe E under one judging context.

    `load` takes a mapping of the eight columns to text and returns their normal forms; it
    raises `ValidationError`, whose messages are lists of rule codes by column or WHOLE_ROW.
    """

    class Meta:
        """An unknown field is an error: the list is closed."""

        unknown = RAISE

    prenom = Cell(columns.PRENOM, allocation_number_faults)
    nom = Cell(columns.NOM, allocation_number_faults)
    date_naissance = Cell(columns.DATE_NAISSANCE, exact=date_faults, form=iso_form)
    adresse = Cell(columns.ADRESSE)
    code_postal = Cell(columns.CODE_POSTAL, exact=postcode_faults)
    courriel = Cell(columns.COURRIEL, email_faults, form=email_form)
    telephone = _TelephoneCell()
    date_entree = Cell(columns.DATE_ENTREE, exact=date_faults, form=iso_form)

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
