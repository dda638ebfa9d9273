"""calendar: the coming dates of every agreement, as text or as an iCalendar file."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import click

from exchange.agreements import in_force
from exchange.calendar.appointments import Appointment, appointments, coming, overdue
from exchange.calendar.facts import facts_of
from exchange.calendar.icalendar_file import icalendar_file
from exchange.cli.output import counted, next_step, show, show_json, show_table
from exchange.cli.session import agreement_option, json_option, opened
from exchange.errors import RefusedError
from exchange.instants import local_day
from exchange.wiring import Service
from keys.durable_files import replace_file

_MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
    *("octobre", "novembre", "décembre"),
)
_SUFFIX: Final = ".ics"
_WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@click.command("calendar")
@click.option(
    "--months",
    type=click.IntRange(1, 120),
    default=12,
    show_default=True,
    help="Sur combien de mois.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FICHIER.ics",
    help="Écrire ces dates pour votre agenda ; un fichier d'avant est remplacé.",
)
@agreement_option
@json_option
def calendar_command(
    months: int, out: Path | None, agreement_id: str | None, *, as_json: bool
) -> None:
    """Voir les dates à venir de toutes les conventions : ce qui est fait, ce qui manque.

    Ce qui aurait dû être fait et ne l'est pas vient en premier. Un jour férié, une fin de
    semaine, un dernier jour trop proche de l'échéance sont signalés.

    Importé de nouveau dans un agenda, le fichier de --out y met à jour les mêmes dates.
    """
    if out is not None and out.suffix != _SUFFIX:
        raise RefusedError(
            f"{out} n'a pas le nom d'un agenda", f"donnez un nom qui finit par {_SUFFIX}"
        )
    with opened() as service:
        now, home = service.clock.now(), service.home
        known = _known(service, agreement_id)
    late, ahead = overdue(known, local_day(now)), coming(known, local_day(now), months)
    if out is not None:
        listed = (*late, *ahead)
        replace_file(out, icalendar_file(listed, origin=home.origin, trial=home.trial, now=now))
    if as_json:
        show_json([_document(appointment) for appointment in (*late, *ahead)])
        return
    _show_month("En retard", late)
    for (year, month), of_month in groupby(ahead, key=_month):
        _show_month(f"{_MONTHS[month - 1].capitalize()} {year}", of_month)
    if not (late or ahead):
        show("Aucune date à venir : aucune convention n'en a plus, ou aucune n'est chargée.")
    if out is not None:
        show(f"{counted(len(late) + len(ahead), 'date')} dans {out}, à importer dans votre agenda.")
    next_step("spie-exchange due")


def _known(service: Service, agreement_id: str | None) -> list[Appointment]:
    with service.database.read() as work:
        named = [agreement_id] if agreement_id else work.agreements.ids()
        agreements = [in_force(work.agreements, one) for one in named]
        return [
            appointment
            for agreement in agreements
            for appointment in appointments(agreement, facts_of(work, service.purger(), agreement))
        ]


def _month(appointment: Appointment) -> tuple[int, int]:
    return appointment.entry.day.year, appointment.entry.day.month


def _show_month(title: str, of_month: Iterable[Appointment]) -> None:
    rows = [
        (
            _day_text(appointment),
            appointment.agreement_id,
            _what(appointment),
            "\n".join(appointment.stand.sentences) or "–",
        )
        for appointment in of_month
    ]
    if rows:
        show_table(("date", "convention", "quoi", "où on en est"), rows, title=title)


def _day_text(appointment: Appointment) -> str:
    day = appointment.entry.day
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _what(appointment: Appointment) -> str:
    remarks = (f"attention : {remark}" for remark in appointment.remarks)
    return "\n".join((appointment.entry.label, *remarks))


def _document(appointment: Appointment) -> dict[str, Any]:
    entry = appointment.entry
    return {
        "day": entry.day,
        "agreement": appointment.agreement_id,
        "version": appointment.agreement_version,
        "deadline": entry.deadline_id or None,
        "kind": entry.kind,
        "what": entry.label,
        "remarks": appointment.remarks,
        "progress": appointment.stand.progress,
        "stand": appointment.stand.sentences,
    }
