"""A source file refused as a whole."""

from exchange.errors import RefusedError
from schemas.annex_e import Finding, RuleCode


class SourceRefusedError(RefusedError):
    """The file cannot be read as it is: nothing of it is taken in.

    ``findings`` are what the refusal report and ``--json`` list. The sentences name
    positions and the agreement's own column names, never text found in the file: the first
    line of a file without header is a person.
    """

    def __init__(self, findings: tuple[Finding, ...], message: str, hint: str = "") -> None:
        """Take at least one finding; the hint of its code stands where none is given."""
        super().__init__(message, hint or findings[0].code.hint)
        self.findings = findings


def refused(code: RuleCode, message: str, *, line: int = 0, hint: str = "") -> SourceRefusedError:
    """Make the refusal for one fault; ``line`` 0 is the file as a whole."""
    return SourceRefusedError((Finding(line, "", code),), message, hint)
