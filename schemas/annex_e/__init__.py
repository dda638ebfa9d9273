"""Annexe E: the eight fields, their rules, codes and French messages; nothing else knows them."""

from schemas.annex_e.codes import Level, RuleCode
from schemas.annex_e.columns import COLUMNS, CONTRACT, Column
from schemas.annex_e.judging_context import JudgingContext
from schemas.annex_e.names import LOCAL_KEY, NamesError, read_local_key, read_names
from schemas.annex_e.pseudonymised import REFERENCE
from schemas.annex_e.records import Names, Record, SourceRow
from schemas.annex_e.rows import judge
from schemas.annex_e.table_schema import table_schema
from schemas.annex_e.verdicts import Finding, Verdict
from schemas.annex_e.views import VIEWS, view_cells, view_columns

__all__ = [
    "COLUMNS",
    "CONTRACT",
    "LOCAL_KEY",
    "REFERENCE",
    "VIEWS",
    "Column",
    "Finding",
    "JudgingContext",
    "Level",
    "Names",
    "NamesError",
    "Record",
    "RuleCode",
    "SourceRow",
    "Verdict",
    "judge",
    "read_local_key",
    "read_names",
    "table_schema",
    "view_cells",
    "view_columns",
]
