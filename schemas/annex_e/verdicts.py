"""What judging a row gives: its findings, and the record unless it is refused."""

from dataclasses import dataclass

from schemas.annex_e.codes import Level, RuleCode
from schemas.annex_e.records import Names, Record


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a row breaks. It says where and which, never the value.

    `line` counts the header of the source as 1; `column` is a name of the contract, or "" when
    the finding concerns the whole row or file.
    """

    line: int
    column: str
    code: RuleCode


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one row; `record` is None exactly when the row is refused.

    `names` are those of a refused row, where all three are sound; `local_key` is that of the
    row, empty where it may not be used.
    """

    line: int
    record: Record | None
    findings: tuple[Finding, ...]
    names: Names | None = None
    local_key: str = ""

    @property
    def is_refused(self) -> bool:
        """True when a finding refuses the row."""
        return self.record is None

    @property
    def is_held(self) -> bool:
        """True when the row is not refused but waits until a person settles it."""
        return self.record is not None and any(
            finding.code.level is Level.ROW_HELD for finding in self.findings
        )

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that neither refuse nor hold the row."""
        return tuple(finding for finding in self.findings if finding.code.level is Level.WARNING)
