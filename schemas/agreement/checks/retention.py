"""Nothing goes before it has served, nothing stays without an end.

The log: six to twelve months, unless justified (CNIL, deliberation 2021-122 of 14 October 2021).
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from schemas.agreement.document import Agreement, DataRetention
from schemas.agreement.problems import Problem
from schemas.agreement.retention import counted_from, last_due, packages_end, records_end

_SIX_MONTHS_DAYS: Final = 181  # the shortest six months of the calendar, February included
_TWELVE_MONTHS_DAYS: Final = 366


def retention_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse ends that come too early, and a log kept for another time than is usual."""
    if any(deadline.kind == "survey" for deadline in agreement.deadlines):
        yield from _data(agreement, "retention.records", agreement.retention.records)
        yield from _data(agreement, "retention.packages", agreement.retention.packages)
        yield from _log(agreement)
    yield from _archives(agreement)


def _data(agreement: Agreement, path: str, rule: DataRetention) -> Iterator[Problem]:
    due = last_due(agreement)
    start = counted_from(agreement, rule)
    if rule.at_latest <= due:
        yield _too_early(path, rule.at_latest, f"la dernière échéance d'enquête ({due:%d/%m/%Y})")
    elif rule.at_latest < start:
        yield _too_early(path, rule.at_latest, f"le jour d'où part la durée ({start:%d/%m/%Y})")


def _log(agreement: Agreement) -> Iterator[Problem]:
    rule = agreement.retention.log
    if not _SIX_MONTHS_DAYS <= rule.days <= _TWELVE_MONTHS_DAYS and rule.reason is None:
        sentence = (
            f"la CNIL recommande de garder les traces de six à douze mois ({_SIX_MONTHS_DAYS} à "
            f"{_TWELVE_MONTHS_DAYS} jours) : écrivez une telle durée, ou la raison de celle-ci "
            "dans retention.log.reason"
        )
        yield Problem("retention.log.days", sentence)
    destroyed = max(records_end(agreement), packages_end(agreement))
    if rule.at_latest <= destroyed:
        what = f"la destruction dont elles gardent la preuve ({destroyed:%d/%m/%Y})"
        yield _too_early("retention.log", rule.at_latest, what)


def _too_early(path: str, at_latest: date, what: str) -> Problem:
    sentence = f"le {at_latest:%d/%m/%Y} ne suit pas {what} : écrivez un jour plus tardif"
    return Problem(f"{path}.at_latest", sentence)


def _archives(agreement: Agreement) -> Iterator[Problem]:
    archives = agreement.retention.archives
    if archives.status == "visa" and not archives.reference:
        sentence = "écrivez la référence du visa : sans lui, la destruction est interdite"
        yield Problem("retention.archives.reference", sentence)
