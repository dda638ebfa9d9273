"""The calendar of a home: what is done, what is missing, when."""

import json
from pathlib import Path
from typing import Any

import vobject

from tests.fakes.forked_commands import ForkedCommands
from tests.fakes.situation import DEADLINE, Situation


def _dates(commands: ForkedCommands, situation: Situation, *words: str) -> list[dict[str, Any]]:
    answer = commands.run(situation.departement, "calendar", "--json", *words)
    assert answer.exit_code == 0, answer
    dates: list[dict[str, Any]] = json.loads(answer.output)
    return dates


def _due(dates: list[dict[str, Any]]) -> dict[str, Any]:
    return next(one for one in dates if (one["deadline"], one["kind"]) == (DEADLINE, "due"))


def test_the_calendar_says_month_by_month_what_is_done_and_what_is_missing(
    commands: ForkedCommands, prepared: Situation, published: Situation
) -> None:
    before = commands.run(prepared.departement, "calendar").output
    after = commands.run(published.departement, "calendar").output

    months = [line.strip() for line in before.splitlines() if line.strip().endswith(" 2023")]
    assert months == ["Janvier 2023", "Juin 2023", "Juillet 2023", "Août 2023", "Décembre 2023"]
    assert "mardi 31/01/2023" in before
    assert "attention : ce jour n'est pas travaillé : c'est un dimanche" in " ".join(before.split())
    assert "dgefp : à envoyer" in before
    assert "dgefp : envoyé le 31/01/2023" in after


def test_the_calendar_begins_with_what_is_late(commands: ForkedCommands, fresh: Situation) -> None:
    commands.run(fresh.departement, "clock", "set", "2023-02-21T10:00")

    first, *_ = _dates(commands, fresh)
    text = commands.run(fresh.departement, "calendar").output

    assert (first["day"], first["progress"]) == ("2023-01-31", "late")
    assert text.startswith("En retard")
    assert "dgefp : à envoyer — EN RETARD" in text


def test_the_calendar_goes_as_far_as_it_is_asked(
    commands: ForkedCommands, prepared: Situation
) -> None:
    a_year, a_month = _dates(commands, prepared), _dates(commands, prepared, "--months", "1")

    assert _due(a_month) == _due(a_year)
    assert {one["day"] for one in a_month} == {"2023-01-31"}
    assert max(one["day"] for one in a_year) == "2023-12-31"


def test_the_calendar_of_one_agreement_is_named(
    commands: ForkedCommands, prepared: Situation
) -> None:
    one = commands.run(prepared.departement, "calendar", "--agreement", "spie-62")
    unknown = commands.run(prepared.departement, "calendar", "--agreement", "spie-00")

    assert one.output == commands.run(prepared.departement, "calendar").output
    assert unknown.exit_code == 3
    assert "aucune convention de ce nom" in unknown.complaint


def test_the_agenda_has_the_dates_of_the_text_and_is_replaced(
    commands: ForkedCommands, published: Situation, tmp_path: Path
) -> None:
    agenda = tmp_path / "spie.ics"

    listed = _dates(commands, published, "--out", str(agenda))
    read = [_read(agenda)]
    answer = commands.run(published.departement, "calendar", "--months", "120", "--out", agenda)
    read.append(_read(agenda))

    year, all_of_them = ([event.uid.value for event in one.vevent_list] for one in read)
    assert len(year) == len(set(year)) == len(listed)
    assert set(year) < set(all_of_them)
    assert f"{len(all_of_them)} dates dans {agenda}" in answer.output
    assert {event.summary.value.split()[0] for event in read[0].vevent_list} == {"ESSAI"}


def _read(agenda: Path) -> Any:  # noqa: ANN401 - the library has no types
    return vobject.readOne(agenda.read_text("utf-8"))


def test_the_agenda_takes_the_place_of_nothing_else(
    commands: ForkedCommands, published: Situation, tmp_path: Path
) -> None:
    other = tmp_path / "convention.toml"
    other.write_text("la convention", "utf-8")

    answer = commands.run(published.departement, "calendar", "--out", other)

    assert answer.exit_code == 3
    assert "donnez un nom qui finit par .ics" in answer.complaint
    assert other.read_text("utf-8") == "la convention"
