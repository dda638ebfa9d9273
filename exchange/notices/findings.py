"""What a diagnosis finds, as notices: each family of checks has its own rhythm."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from exchange.diagnosis.findings import Finding, Verdict
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind
from exchange.notices.occasions import repetition, week_of
from exchange.reminders import reminder_reached

_EXPIRY_STEPS: Final = (60, 30, 7)
_DAILY_FROM: Final = 7
_WEEK_DAYS: Final = 7


def expiry_notices(findings: Iterable[Finding], now: datetime) -> Iterator[Notice]:
    """Say what expires 60, 30 and 7 days before, then every day; urgent once it is over.

    What then stops nothing (``Verdict.WATCH``) goes on once a week.
    """
    today = local_day(now)
    for finding in _bad(findings):
        is_over = finding.on is None or finding.on < today
        yield Notice(
            NoticeKind.KEY_EXPIRES,
            _subject(finding),
            _occasion_of_expiry(finding, today),
            finding.sentence,
            finding.way_out,
            urgent=is_over and finding.verdict is Verdict.MEND,
            on=finding.on,
        )


def _occasion_of_expiry(finding: Finding, today: date) -> date:
    if finding.on is None:
        return today
    if finding.on < today and finding.verdict is Verdict.WATCH:
        return repetition(finding.on, today, _WEEK_DAYS)
    step = reminder_reached(finding.on, today, _EXPIRY_STEPS)
    is_daily = (finding.on - today).days <= _DAILY_FROM
    return today if is_daily or step is None else step


def answer_notices(findings: Iterable[Finding], now: datetime) -> Iterator[Notice]:
    """Say what is waited for from a recipient, every seven days."""
    today = local_day(now)
    for finding in _bad(findings):
        yield Notice(
            NoticeKind.RECEIPT_OVERDUE,
            _subject(finding),
            repetition(finding.on or week_of(today), today, _WEEK_DAYS),
            finding.sentence,
            finding.way_out,
        )


def disorder_notices(
    findings: Iterable[Finding], now: datetime, *, named: bool = True
) -> Iterator[Notice]:
    """Say what is to be mended every day, urgently, and what is to be watched once a week.

    ``named`` puts the name of the check before what it found.
    """
    today = local_day(now)
    for finding in _bad(findings):
        is_urgent = finding.verdict is Verdict.MEND
        yield Notice(
            NoticeKind.OUT_OF_ORDER,
            _subject(finding),
            today if is_urgent else week_of(today),
            f"{finding.check} : {finding.sentence}" if named else finding.sentence,
            finding.way_out,
            urgent=is_urgent,
        )


def _bad(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.verdict is not Verdict.GOOD)


def _subject(finding: Finding) -> str:
    return finding.subject or finding.check
