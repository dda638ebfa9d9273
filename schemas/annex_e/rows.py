"""Judge rows: each is accepted in its normal forms, held, or refused with every reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from marshmallow import ValidationError

from schemas.annex_e.addresses import address_warnings, folded
from schemas.annex_e.codes import RuleCode
from schemas.annex_e.columns import COLUMNS
from schemas.annex_e.identifiers import nir_faults
from schemas.annex_e.judging_context import JudgingContext
from schemas.annex_e.postcodes import postcode_warnings
from schemas.annex_e.record_schema import WHOLE_ROW, RecordSchema
from schemas.annex_e.records import Names, Record, SourceRow
from schemas.annex_e.verdicts import Finding, Verdict

_RANK: Final = {column: rank for rank, column in enumerate((*COLUMNS, ""))}


def judge(rows: Sequence[SourceRow], context: JudgingContext) -> list[Verdict]:
    """Return the verdict of each row, in the order of `rows`.

    Every fault of every cell is found, column by column, what concerns the whole row last.
    Rules that need the other rows or the known persons (doubles, homonyms) are not judged here.
    """
    schema = RecordSchema(context)
    return [_judge_row(row, schema, context) for row in rows]


def _judge_row(row: SourceRow, schema: RecordSchema, context: JudgingContext) -> Verdict:
    if row.cells is None or len(row.cells) != len(COLUMNS):
        finding = Finding(row.line, "", RuleCode.LIGNE_NOMBRE_CHAMPS)
        return Verdict(row.line, None, (finding,))
    # A NIR is refused in any cell, that of the local key included, although it is only hashed.
    of_local_key = [("", code) for code in nir_faults(row.local_key)] if row.local_key else []
    local_key = "" if of_local_key else row.local_key
    try:
        fields = schema.load(dict(zip(COLUMNS, row.cells, strict=True)))
    except ValidationError as error:
        sound_fields = error.valid_data if isinstance(error.valid_data, dict) else {}
        remarks = (*_faults(error), *_remarks(sound_fields, context), *of_local_key)
        names = _names(sound_fields)
        return Verdict(row.line, None, _findings(row.line, remarks), names, local_key)
    remarks = (*_remarks(fields, context), *of_local_key)
    if of_local_key:
        return Verdict(row.line, None, _findings(row.line, remarks), _names(fields))
    findings = _findings(row.line, remarks) if remarks else ()
    return Verdict(row.line, Record(**fields), findings, local_key=local_key)


def _names(fields: Mapping[str, str]) -> Names | None:
    sound = {name: fields.get(name, "") for name in Names.__slots__}
    return Names(**sound) if all(sound.values()) else None


def _faults(error: ValidationError) -> Iterable[tuple[str, RuleCode]]:
    """Yield column and code of what marshmallow refused."""
    for column, codes in error.messages_dict.items():
        for code in codes:
            yield "" if column == WHOLE_ROW else column, RuleCode[code]


def _remarks(fields: Mapping[str, str], context: JudgingContext) -> Iterable[tuple[str, RuleCode]]:
    """Yield what holds a row or warns about it; `fields` are those without fault of their own."""
    entry = fields.get("date_entree", "")
    if entry and entry <= context.today.isoformat() and not _is_in_period(entry, context):
        yield "date_entree", RuleCode.ENTREE_HORS_PERIODE
    address = folded(fields.get("adresse", ""))
    for code in address_warnings(address):
        yield "adresse", code
    for code in postcode_warnings(
        fields.get("code_postal", ""), address, context.territory_postcode_prefixes
    ):
        yield "code_postal", code


def _is_in_period(entry: str, context: JudgingContext) -> bool:
    return context.actions_start.isoformat() <= entry <= context.actions_end.isoformat()


def _findings(line: int, remarks: Iterable[tuple[str, RuleCode]]) -> tuple[Finding, ...]:
    ordered = sorted(remarks, key=lambda remark: _RANK[remark[0]])
    return tuple(Finding(line, column, code) for column, code in ordered)
