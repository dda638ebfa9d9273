"""What no table can see alone: the contradictions of a whole agreement."""

from schemas.agreement.checks.citations import citation_problems
from schemas.agreement.checks.columns import column_problems
from schemas.agreement.checks.contents import content_problems
from schemas.agreement.checks.dates import date_problems
from schemas.agreement.checks.identifiers import identifier_problems
from schemas.agreement.checks.parties import party_problems
from schemas.agreement.checks.recipients import recipient_problems
from schemas.agreement.checks.retention import retention_problems
from schemas.agreement.document import Agreement
from schemas.agreement.problems import Problem

_CHECKS = (
    identifier_problems,
    party_problems,
    citation_problems,
    date_problems,
    content_problems,
    recipient_problems,
    retention_problems,
    column_problems,
)


def contradictions(agreement: Agreement) -> tuple[Problem, ...]:
    """List every contradiction of an agreement whose tables are well formed."""
    return tuple(problem for check in _CHECKS for problem in check(agreement))
