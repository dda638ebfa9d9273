"""Those not sent yet, when everybody was sent already: nothing leaves, and nothing is late."""

import json
from typing import Any

import pytest

from exchange.home_opening import open_service
from exchange.notices.standing import standing_notices
from exchange.settings import settings_from
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.local_exports import PEOPLE_SEED
from tests.fakes.mail_server import mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.people import people, write_local_export
from tests.fakes.situation import AGREEMENT, DGEFP, PROVIDER, RECIPIENTS, Situation

_SECOND = "enquete-2"
_IN_TIME, _LAST_DAY, _TOO_LATE = "2023-07-20T10:00", "2023-07-30T10:00", "2023-08-02T10:00"
_PROCESSING_ENDED = "2024-01-05T10:00"
_TO_DESTROY = "2023-08-29T10:00"
_TAKEN_BACK = ("--reason", "envoi-errone", "--instruction", "instruction-1", "--for-real")


@pytest.fixture(name="home")
def _home(
    sent: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> "_Home":
    """A home that sent everybody for the first wave, when the second one has begun."""
    home = _Home(CommandHere(monkeypatch, capfd), sent)
    home.do("clock", "set", _IN_TIME)
    return home


class _Home:
    def __init__(self, command: CommandHere, situation: Situation) -> None:
        self._command = command
        self.situation = situation

    def run(self, *words: str) -> Answer:
        return self._command.run(self.situation.departement.home, *words)

    def do(self, *words: str) -> str:
        answer = self.run(*words)
        assert answer.exit_code == 0, answer
        return answer.output

    def tick(self) -> dict[str, Any]:
        """Have the scheduler pass once, whatever comes of it."""
        done: dict[str, Any] = json.loads(self.run("scheduler", "--once", "--json").output)
        return done

    def load_ten_more(self) -> None:
        rows = list(people(210, PEOPLE_SEED))
        for row in rows[200:]:
            row["date_entree"] = "15/03/2023"
        file = self.situation.folder / "second.csv"
        write_local_export(file, rows)
        self.do("import", str(file), "--attest")

    def notices(self) -> list[tuple[str, str, str]]:
        """Give what is to be told of the second wave: its kind, sentence and way out."""
        settings = settings_from(self.situation.departement.environment())
        with open_service(settings, inspecting=True) as service:
            told = [standing.notice for standing in standing_notices(service)]
        return [(n.kind, n.sentence, n.way_out) for n in told if _SECOND in n.subject]

    def destroyed(self) -> list[tuple[str, bool]]:
        """Destroy everybody; give what is due of the second wave, the same before and after."""
        self.do("clock", "set", _TO_DESTROY)
        before = self.due()
        self.do("purge", "--for-real")
        assert self.due() == before
        return before

    def due(self) -> list[tuple[str, bool]]:
        seen = json.loads(self.do("due", "--json"))
        return [(one["owed"], one["late"]) for one in seen if one["deadline"] == _SECOND]

    def tell_at(self, when: str) -> str:
        """Tell by mail what there is to tell at an instant; give the text."""
        with mail_server() as server:
            mailbox = Mailbox(self.situation, server)
            mailbox.configure()
            return mailbox.read_at(when)

    def outbox(self) -> set[str]:
        return {name for name in self.situation.outbox_names() if _SECOND in name}


def test_declaring_ready_with_nobody_new_says_that_nothing_will_leave(home: _Home) -> None:
    said = " ".join(home.do("deadline", "ready", _SECOND).split())

    assert "0 personne à envoyer : rien ne partira" in said


def test_declaring_ready_counts_who_is_new_to_each_recipient(home: _Home) -> None:
    home.load_ten_more()

    said = " ".join(home.do("deadline", "ready", _SECOND).split())

    assert "10 personnes à envoyer, dernier" in said
    assert "à envoyer à dgefp 10" in said


def test_nobody_new_is_neither_tried_nor_a_failure(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)

    outcome = home.tick()

    assert outcome["ended_well"]
    assert ask(home.situation.departement.home, "SELECT count(*) FROM attempt") == [(0,)]
    assert home.outbox() == set()


def test_nobody_new_is_told_once_calmly_and_is_never_late(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)

    on_the_day, after = (
        (home.do("clock", "set", day), home.notices(), home.due())[1:]
        for day in (_LAST_DAY, _TOO_LATE)
    )

    assert [kind for kind, _, _ in on_the_day[0]] == ["nothing-to-send"] * len(RECIPIENTS)
    assert on_the_day[0][0][1] == (
        f"{AGREEMENT}_{_SECOND}_{DGEFP}_r1 : rien à envoyer, toutes les personnes l'ont déjà été"
    )
    assert [kind for kind, _, _ in after[0]] == ["nothing-to-send"] * len(RECIPIENTS)
    assert on_the_day[1] == after[1] == [("nothing-new", False)] * len(RECIPIENTS)


def test_the_screens_say_that_there_is_nothing_to_send(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)
    home.do("clock", "set", _TOO_LATE)

    status = json.loads(home.do("status", "--json"))["agreements"][0]["deadlines"]
    calendar = json.loads(home.do("calendar", "--json"))

    of_second = next(one for one in status if one["deadline_id"] == _SECOND)
    assert (of_second["late"], of_second["missing"]) == (
        False,
        "rien à envoyer, toutes les personnes l'ont déjà été",
    )
    assert [one for one in calendar if one["deadline"] == _SECOND] == []  # what is late comes first


def test_who_is_loaded_before_the_due_day_is_over_still_leaves(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)
    home.tick()
    home.do("clock", "set", _LAST_DAY)
    home.load_ten_more()

    home.tick()

    assert len(home.outbox()) == len(RECIPIENTS)


def test_who_is_loaded_once_it_was_answered_leaves_after_another_word_only(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)
    home.do("clock", "set", _TOO_LATE)
    home.load_ten_more()

    home.tick()
    answered = home.outbox()
    home.do("deadline", "ready", _SECOND)
    home.tick()

    assert answered == set()
    assert len(home.outbox()) == len(RECIPIENTS)


def test_who_is_loaded_once_it_was_answered_is_not_exported_either_without_another_word(
    home: _Home,
) -> None:
    home.do("deadline", "ready", _SECOND)
    home.do("clock", "set", _TOO_LATE)
    home.load_ten_more()

    exported = home.run("export", "--for-real")
    asked = home.run("export", "--deadline", _SECOND, "--for-real")
    shown, due = (" ".join(home.do(*words).split()) for words in (("export",), ("due",)))
    answered = home.outbox()
    home.do("deadline", "ready", _SECOND)
    home.do("export", "--deadline", _SECOND, "--for-real")

    assert (exported.exit_code, asked.exit_code, answered) == (0, 3, set())
    assert f"spie-exchange deadline ready {_SECOND}" in asked.complaint
    assert "prêt à partir" not in shown
    assert "personne n'était à envoyer" in due
    assert len(home.outbox()) == len(RECIPIENTS)


def test_nobody_new_that_nobody_declared_is_recalled_and_late_but_does_not_fail(
    home: _Home,
) -> None:
    _let_undeclared_data_leave(home)
    home.do("clock", "set", "2023-07-25T10:00")
    [announced] = home.notices()
    home.do("clock", "set", _LAST_DAY)

    outcome, recalled = home.tick(), home.notices()
    home.do("clock", "set", _TOO_LATE)
    late = home.notices()

    everybody = "toutes les personnes ont déjà été envoyées à dgefp et à prestataire-enquete"
    assert everybody in announced[1]
    assert "elles partiront" not in announced[1]
    assert f"envoyé : {AGREEMENT}_{_SECOND}" not in str(outcome["done"])
    assert outcome["ended_well"]
    assert [(kind, everybody in said) for kind, said, _ in recalled] == [("due-soon", True)]
    assert [(kind, everybody in said) for kind, said, _ in late] == [("late", True)]
    assert (
        f"rien ne partira à dgefp ni à {RECIPIENTS[1]} : spie-exchange deadline ready {_SECOND}"
        in late[0][2]
    )


def test_what_can_never_leave_any_more_is_told_once_and_then_no_more(home: _Home) -> None:
    _keep_until_after_the_processing(home)

    home.do("clock", "set", "2023-12-31T10:00")
    last_day = home.notices()
    home.do("clock", "set", _PROCESSING_ENDED)
    told, due, status = home.notices(), home.due(), home.do("status")
    home.tell_at(_PROCESSING_ENDED)
    home.do("clock", "set", "2024-02-15T10:00")

    assert [kind for kind, _, _ in last_day] == ["late"]
    assert [(kind, "ne le sera plus" in said, way) for kind, said, way in told] == [
        ("missed", True, "prévenez qui l'attendait")
    ]
    assert due == [("never-again", False)] * len(RECIPIENTS)
    assert "EN RETARD" not in status
    assert home.notices() == []


def test_what_was_missed_is_told_though_nobody_could_be_for_months(home: _Home) -> None:
    _keep_until_after_the_processing(home)

    mail = " ".join(home.tell_at("2024-03-05T10:00").split())

    assert f"l'échéance {_SECOND} de {AGREEMENT} n'a pas été envoyée à dgefp" in mail
    home.do("clock", "set", "2024-03-06T10:00")
    assert home.notices() == []


def test_an_answer_stays_an_answer_once_everybody_is_destroyed(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)

    assert home.destroyed() == [("nothing-new", False)] * len(RECIPIENTS)


def test_who_was_loaded_in_time_and_never_sent_was_missed_whatever_was_declared(
    home: _Home,
) -> None:
    home.do("deadline", "ready", _SECOND)
    home.do("clock", "set", _LAST_DAY)
    home.load_ten_more()

    assert home.destroyed() == [("never-again", False)] * len(RECIPIENTS)


def test_what_one_recipient_misses_is_not_said_of_one_that_has_had_everybody(home: _Home) -> None:
    home.do("transfer", "withdraw", home.situation.transfer_id(PROVIDER), *_TAKEN_BACK)
    home.do("deadline", "ready", _SECOND)

    assert home.destroyed() == [("nothing-new", False), ("never-again", False)]


def test_data_to_destroy_are_not_declared_ready_nor_are_people_asked_to(home: _Home) -> None:
    home.do("deadline", "ready", _SECOND)
    home.do("clock", "set", _TO_DESTROY)

    refused, told = home.run("deadline", "ready", _SECOND), home.notices()

    assert refused.exit_code == 3
    assert [(kind, way) for kind, _, way in told] == [
        ("nothing-to-send", "rien n'est à faire")
    ] * len(RECIPIENTS)
    assert "les données sont à détruire depuis le 29/08/2023" in refused.complaint


def _let_undeclared_data_leave(home: _Home) -> None:
    _revise(home, 'if_undeclared = "hold"', 'if_undeclared = "send"')


def _keep_until_after_the_processing(home: _Home) -> None:
    text = home.situation.agreement.read_text("utf-8")
    head, mark, tail = text.partition("[retention.records]")
    tail = tail.replace('from = "last_due"', 'from = "processing_ends"', 1)
    home.situation.agreement.write_text(head + mark + tail, "utf-8")
    _revise(home, "at_latest = 2023-09-30", "at_latest = 2024-12-31")


def _revise(home: _Home, before: str, after: str) -> None:
    path = home.situation.agreement
    text = path.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    home.do(*map(str, home.situation.loading()))
