"""Destructions: announced before they come, and told with their certificate."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol

from exchange.diagnosis.findings import Finding
from exchange.diagnosis.unfinished import HELD_BY_THE_LOG, overdue_findings
from exchange.french_dates import distance, long_day, long_moment
from exchange.french_numbers import counted
from exchange.instants import local_day
from exchange.notices.announcement import begins_at
from exchange.notices.departures import NEWS_LAST
from exchange.notices.notice import Notice, NoticeKind
from exchange.reminders import DESTRUCTION_NOTICE_DAYS, reminder_reached
from exchange.retention.certificates import certificate_path
from exchange.retention.ended import EndedPurge
from exchange.retention.plan import RetainedRows
from schemas.agreement import Agreement, opens_at, packages_end, records_end

_DAYS_AHEAD: Final = (DESTRUCTION_NOTICE_DAYS, 7, 2)


class PurgeRows(RetainedRows, Protocol):
    """What is kept, and what was destroyed."""

    def ended_since(self, agreement_id: str, since: datetime) -> tuple[EndedPurge, ...]:
        """Give the certified destructions that ended since."""
        ...


class ToldNotices(Protocol):
    """What this module needs to know of what was told."""

    def told(self, kind: str, subject: str) -> Sequence[tuple[date, datetime]]:
        """Give the occasions on which something was told, and when each was."""
        ...


class Work(Protocol):
    """A transaction as this module sees it."""

    @property
    def purges(self) -> PurgeRows:
        """The register of destructions and what they destroy."""
        ...

    @property
    def notices(self) -> ToldNotices:
        """What people were told."""
        ...


def destruction_notices(
    work: Work, agreement: Agreement, now: datetime, *, is_held: bool
) -> Iterator[Notice]:
    """Announce what is to be destroyed, and say what should have been.

    ``is_held`` tells that nothing is destroyed unattended, because the log was found altered.
    """
    rows = work.purges
    people, held = rows.count_people(agreement.id), rows.count_held(agreement.id)
    if people or held:
        what = f"les données de {agreement.id} ({_counted(people, held)})"
        yield from _announced(f"{agreement.id}/records", what, records_end(agreement), now)
    if packages := rows.packages(agreement.id):
        what = f"{counted(len(packages), 'paquet')} de {agreement.id}"
        yield from _announced(f"{agreement.id}/packages", what, packages_end(agreement), now)
    for finding in overdue_findings(agreement, rows, now):
        yield Notice(
            NoticeKind.PURGE_ANNOUNCED,
            finding.subject,
            local_day(now),
            finding.sentence,
            HELD_BY_THE_LOG if is_held else _coming(work, finding, now),
            urgent=True,
            on=finding.on,
        )


def _coming(work: Work, finding: Finding, now: datetime) -> str:
    told = work.notices.told(NoticeKind.PURGE_ANNOUNCED, finding.subject)
    begins = begins_at(told, finding.on or local_day(now), now)
    when = f"le {long_moment(begins)}" if begins > now else "à son prochain passage"
    return f"l'ordonnanceur détruit {when} ; plus tôt : {finding.way_out} --for-real"


def destroyed_notices(
    work: Work, agreement: Agreement, certificates: Path, now: datetime, *, trial: bool
) -> Iterator[Notice]:
    """Give what was destroyed lately, with the path of its certificate."""
    for purge in work.purges.ended_since(agreement.id, now - NEWS_LAST):
        path = certificate_path(certificates, agreement.id, purge.purge_id, trial=trial)
        records = f"{_counted(purge.people, purge.held_rows)}, leurs clés, "
        yield Notice(
            NoticeKind.PURGED,
            purge.purge_id,
            local_day(purge.ended_at),
            f"destruction faite pour {agreement.id} le {long_moment(purge.ended_at)} : "
            f"{records if purge.destroyed_records else ''}{counted(purge.packages, 'paquet')} ; "
            f"certificat : {path}",
            "gardez le certificat avec la convention, et remplacez aujourd'hui les sauvegardes "
            "de la base, du trousseau et de la clé maîtresse",
        )


def _announced(subject: str, what: str, day: date, now: datetime) -> Iterator[Notice]:
    step = reminder_reached(day, local_day(now), _DAYS_AHEAD)
    if step is None or now >= opens_at(day):
        return
    yield Notice(
        NoticeKind.PURGE_ANNOUNCED,
        subject,
        step,
        f"à détruire à partir du {long_day(day)} ({distance(day, local_day(now))}) : {what}",
        "faites d'ici là les dernières corrections et relances ; ce jour-là l'ordonnanceur "
        "détruit, et rien ne se refait",
        on=day,
    )


def _counted(people: int, held: int) -> str:
    retained = f", {counted(held, 'ligne')} en attente d'une décision" if held else ""
    return f"{counted(people, 'personne')}{retained}"
