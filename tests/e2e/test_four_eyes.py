"""Two accounts for each sending: one prepares, another approves, and what was approved leaves."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from exchange.actors import operating_system_actor
from exchange.errors import RefusedError
from exchange.packages.naming import waiting_path
from tests.fakes.answer import Answer
from tests.fakes.home_database import ask
from tests.fakes.home_state import acts_done
from tests.fakes.operator import Operator
from tests.fakes.people import Person, people
from tests.fakes.second_account import SecondAccount
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, RECIPIENTS

_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")
_PREPARE = ("transfer", "prepare", "--deadline", DEADLINE, "--for-real")
_TICK = ("scheduler", "--once", "--json")
_ME = operating_system_actor("").account
_AWAITED = "ce qui manque : l'envoi attend l'approbation d'un second compte"
_EPOCH = "SELECT epoch FROM transfer WHERE transfer_id = :it"
_SEALED = "UPDATE transfer SET state = 'sealed', published_at = NULL WHERE transfer_id = :it"
_HELD = {"date_entree": "04/05/2020"}


@pytest.fixture(name="desk")
def _desk(operator: Operator) -> Operator:
    """An operator at a prepared home whose agreement asks for two accounts."""
    operator.revise_agreement(2, four_eyes="true")
    return operator


@pytest.fixture(name="colleague")
def _colleague(desk: Operator) -> SecondAccount:
    return SecondAccount(desk.situation.departement)


@pytest.fixture(name="somebody")
def _somebody() -> Person:
    """Somebody with every contact, whom nobody has loaded yet."""
    return next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])


def test_one_account_prepares_another_approves_and_it_leaves(
    desk: Operator, colleague: SecondAccount
) -> None:
    prepared = desk.run(*_PREPARE)
    before = desk.run(*_EXPORT)
    colleague.approve(*_both(desk))
    sent = desk.run(*_EXPORT)

    assert prepared.exit_code == 0, prepared
    assert f"préparé, à approuver par un second compte : {_first(desk)} (200 lignes)" in (
        prepared.output
    )
    assert before.exit_code == 3
    assert "attend l'approbation d'un second compte" in before.complaint
    assert f"un autre compte que {_ME}" in before.complaint
    assert sent.exit_code == 0, sent
    assert desk.situation.package(DGEFP).exists()
    approved = desk.events("transfer.approved")
    assert [e["details"]["prepared_by"] for e in approved] == [_ME, _ME]
    assert [e["actor"] for e in approved] == [colleague.name] * 2
    begun = desk.events("transfer.publishing")[-1]["details"]
    assert (begun["prepared_by"], begun["approved_by"]) == (_ME, colleague.name)
    shown = desk.run("transfer", "show", _first(desk)).output
    assert f"approuvé par {colleague.name}, le" in " ".join(shown.split())


def test_who_prepared_cannot_approve_and_the_log_knows_who_tried(
    desk: Operator, colleague: SecondAccount
) -> None:
    desk.run(*_PREPARE)

    looked = desk.run("transfer", "approve", _first(desk))
    tried = desk.run("transfer", "approve", _first(desk), "--for-real")

    assert (looked.exit_code, tried.exit_code) == (3, 3)
    assert f"{_ME} a préparé cet envoi : un autre compte doit l'approuver" in tried.complaint
    refused = desk.events("transfer.approval_refused")
    assert [(e["subject"], e["outcome"]) for e in refused] == [(_first(desk), "refused")] * 2
    assert desk.events("transfer.approved") == []
    colleague.approve(_first(desk))


@pytest.mark.long
def test_what_a_colleague_prepared_is_shown_and_approved_by_the_command_it_names(
    desk: Operator, colleague: SecondAccount
) -> None:
    colleague.prepare(DEADLINE)

    looked = desk.run("transfer", "approve", _first(desk))
    state = _shown(desk, _first(desk))["state"]
    *_, command = [line for line in looked.complaint.splitlines() if "--basis" in line]
    approved = desk.run(*command.partition("spie-exchange ")[2].split())

    said = " ".join(looked.output.split())
    assert "lignes 200" in said
    assert f"préparé par {colleague.name}" in said
    assert state == "awaiting-approval"
    assert approved.exit_code == 0, approved
    assert f"approuvé par {_ME}, préparé par {colleague.name}" in approved.output
    assert _shown(desk, _first(desk))["state"] == "approved"


@pytest.mark.long
def test_what_was_prepared_again_is_not_what_was_shown(
    desk: Operator, colleague: SecondAccount, somebody: Person
) -> None:
    colleague.prepare(DEADLINE)
    basis = json.loads(desk.run("transfer", "approve", _first(desk), "--json").output)["basis"]
    desk.load(somebody)
    colleague.prepare(DEADLINE)

    words = ("transfer", "approve", _first(desk), "--for-real")
    tried = desk.run(*words, "--basis", basis)

    assert tried.exit_code == 3
    assert "n'est plus ce qui vous a été montré" in tried.complaint
    assert desk.run(*words).exit_code == 0


def test_the_scheduler_prepares_asks_and_sends_once_approved(
    desk: Operator, colleague: SecondAccount
) -> None:
    first, second = _tick(desk), _tick(desk)
    own = desk.run("transfer", "approve", _first(desk), "--for-real")
    names = desk.situation.outbox_names()
    colleague.approve(*_both(desk))
    third = _tick(desk)

    asked = [f"préparé, à approuver par un second compte : {name}" for name in _both(desk)]
    assert (first, second) == (asked, [])
    assert own.exit_code == 3
    assert names == set()
    assert third == [f"envoyé : {name}" for name in _both(desk)]
    published = acts_done(desk.situation.departement)["transfer.published"]
    assert published == len(RECIPIENTS) + len(desk.events("recipient.proven"))


@pytest.mark.long
def test_who_declared_the_data_ready_does_not_approve_what_the_scheduler_prepared(
    desk: Operator, colleague: SecondAccount
) -> None:
    colleague.declare_ready(DEADLINE)
    _tick(desk)

    with pytest.raises(RefusedError, match="a déclaré prêtes les données"):
        colleague.approve(_first(desk))

    SecondAccount(desk.situation.departement, "troisieme").approve(_first(desk))


def _load(desk: Operator, somebody: Person) -> None:
    desk.load(somebody)


def _object(desk: Operator, somebody: Person) -> None:
    del somebody
    assert desk.object(_known()).exit_code == 0


def _release(desk: Operator, somebody: Person) -> None:
    del somebody
    [(line, _)] = desk.held()
    released = desk.run("held", "release", str(line), "--reason", "entree-anterieure")
    assert released.exit_code == 0, released


def _revise(desk: Operator, somebody: Person) -> None:
    del somebody
    desk.revise_agreement(3)


_VOIDING: dict[str, tuple[Callable[[Operator, Person], None], str]] = {
    "load": (_load, "les personnes à envoyer, ou leurs fiches, ont changé depuis"),
    "objection": (_object, "les personnes à envoyer, ou leurs fiches, ont changé depuis"),
    "held row": (_release, "les personnes à envoyer, ou leurs fiches, ont changé depuis"),
    "agreement": (_revise, "la convention est passée à la version 3"),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name == "load" else [pytest.mark.long]) for name in _VOIDING],
)
def test_what_changes_what_would_leave_voids_the_approval(
    desk: Operator, colleague: SecondAccount, somebody: Person, name: str
) -> None:
    change, why = _VOIDING[name]
    other = next(people(1, seed=8))
    desk.load(_known(), other | _HELD)
    desk.run(*_PREPARE)
    colleague.approve(*_both(desk))

    change(desk, somebody)
    refused = desk.run(*_EXPORT)
    ticked = _tick(desk)

    assert refused.exit_code == 3
    assert f"l'approbation de {colleague.name} ne vaut plus : {why}" in refused.complaint
    assert ticked == [f"préparé, à approuver par un second compte : {name}" for name in _both(desk)]
    voided = desk.events("transfer.approval_voided")
    assert [(e["subject"], e["why"]) for e in voided] == [(name, why) for name in _both(desk)]
    assert desk.situation.outbox_names() == set()
    # Whoever prepared it first is not free to approve because the scheduler did it again.
    assert desk.run("transfer", "approve", _first(desk), "--for-real").exit_code == 3
    colleague.approve(*_both(desk))
    assert desk.run(*_EXPORT).exit_code == 0


@pytest.mark.long
def test_a_load_that_changes_nothing_of_it_leaves_the_approval(
    desk: Operator, colleague: SecondAccount, somebody: Person
) -> None:
    desk.run(*_PREPARE)
    colleague.approve(*_both(desk))

    desk.run("import", desk.situation.source, "--attest")
    desk.load(somebody | {"date_entree": "15/01/2023"})

    assert desk.run(*_EXPORT).exit_code == 0


@pytest.mark.long
def test_data_declared_ready_after_it_was_shown_are_shown_again(
    desk: Operator, colleague: SecondAccount
) -> None:
    text = desk.situation.agreement.read_text("utf-8").replace('"hold"', '"send"')
    desk.situation.agreement.write_text(text, "utf-8")
    desk.revise_agreement(3)
    desk.run("clock", "set", "2023-07-27T10:00")
    later = f"{AGREEMENT}_enquete-2_{DGEFP}_r1"
    desk.load(next(people(1, seed=9)) | {"date_entree": "15/01/2023"})
    _tick(desk)
    colleague.approve(later)

    desk.run("deadline", "ready", "enquete-2")
    tried = desk.run("export", "--deadline", "enquete-2", "--for-real")

    assert tried.exit_code == 3
    assert "les données ont été déclarées prêtes depuis" in tried.complaint


@pytest.mark.long
def test_what_waits_for_an_approval_beyond_its_day_is_late(
    desk: Operator, colleague: SecondAccount
) -> None:
    _tick(desk)
    desk.run("clock", "set", "2023-02-03T10:00")

    status = json.loads(desk.run("status", "--json").output)
    due = " ".join(desk.run("due").output.split())
    calendar = desk.run("calendar", "--json").output
    colleague.approve(*_both(desk))
    _tick(desk)

    [missing] = [
        one["missing"]
        for one in status["agreements"][0]["deadlines"]
        if one["deadline_id"] == DEADLINE
    ]
    assert missing == "EN RETARD ; l'envoi attend l'approbation d'un second compte"
    assert any("est EN RETARD" in said and _AWAITED in said for said in status["warnings"])
    assert "à approuver — EN RETARD" in due
    assert "dgefp : à envoyer — EN RETARD (à approuver)" in calendar
    published = [e for e in desk.events("transfer.published") if e["subject"] == _first(desk)]
    assert [e["details"]["late"] for e in published] == [True]


@pytest.mark.long
def test_the_doctor_names_what_waits_for_an_approval(desk: Operator) -> None:
    desk.run(*_PREPARE)

    looked = desk.run("doctor").output

    assert f"approbations : {_first(desk)} attend l'approbation d'un second compte" in looked


def test_what_was_called_off_sent_or_never_prepared_is_not_approved(
    desk: Operator, colleague: SecondAccount
) -> None:
    with pytest.raises(RefusedError, match="n'est pas préparé, ou n'existe pas"):
        colleague.approve(_first(desk))
    desk.run(*_PREPARE)
    colleague.approve(_second(desk))
    with pytest.raises(RefusedError, match="est déjà approuvé par collegue@api"):
        colleague.approve(_second(desk))
    desk.run("transfer", "cancel", _first(desk), "--reason", "instruction", "--for-real")
    with pytest.raises(RefusedError, match="annulé avant l'envoi"):
        colleague.approve(_first(desk))
    desk.run("export", "--for-real")
    with pytest.raises(RefusedError, match="n'attend pas d'approbation : publié"):
        colleague.approve(_second(desk))

    assert desk.situation.outbox_names() == {desk.situation.package(PROVIDER).name}


@pytest.mark.long
def test_a_later_revision_needs_two_accounts_too(desk: Operator, colleague: SecondAccount) -> None:
    desk.run(*_PREPARE)
    colleague.approve(*_both(desk))
    desk.run(*_EXPORT)
    revision = _first(desk)[:-1] + "2"

    prepared = _resend(desk)
    again = _resend(desk)
    own = desk.run("transfer", "approve", revision, "--for-real")
    colleague.approve(revision)
    sent = _tick(desk)

    assert prepared.exit_code == 0, prepared
    assert f"préparé, à approuver par un second compte : {revision}" in prepared.output
    assert again.exit_code == own.exit_code == 3
    assert sent == [f"envoyé : {revision}"]


@pytest.mark.long
def test_a_revision_whose_approval_is_void_is_prepared_anew_for_the_same_two(
    desk: Operator, colleague: SecondAccount, somebody: Person
) -> None:
    desk.run(*_PREPARE)
    colleague.approve(*_both(desk))
    desk.run(*_EXPORT)
    revision = _first(desk)[:-1] + "2"
    _resend(desk)
    colleague.approve(revision)

    desk.load(somebody)
    ticked = _tick(desk)

    assert ticked == [f"préparé, à approuver par un second compte : {revision}"]
    assert desk.run("transfer", "approve", revision, "--for-real").exit_code == 3
    colleague.approve(revision)
    assert _resend(desk).exit_code == 0
    assert _shown(desk, revision)["state"] == "published"


@pytest.mark.long
def test_what_is_already_sealed_leaves_as_it_was_approved(
    desk: Operator, colleague: SecondAccount, somebody: Person
) -> None:
    desk.run(*_PREPARE)
    colleague.approve(*_both(desk))
    desk.run(*_EXPORT)
    package = desk.situation.package(DGEFP)
    [epoch] = ask(desk.situation.departement.home, _EPOCH, it=_first(desk))
    package.replace(waiting_path(package, epoch[0]))
    ask(desk.situation.departement.home, _SEALED, it=_first(desk))

    desk.load(somebody)
    sent = _tick(desk)

    assert sent == [f"envoyé : {_first(desk)}"]


@pytest.mark.long
def test_without_the_key_nobody_prepares_or_approves(
    operator: Operator, desk: Operator, colleague: SecondAccount
) -> None:
    desk.run(*_PREPARE)
    text = desk.situation.agreement.read_text("utf-8").replace("version = 2", "version = 3", 1)
    desk.situation.agreement.write_text(text.replace("four_eyes = true", "four_eyes = false"))

    compared = desk.run("agreement", "diff", desk.situation.agreement).output
    desk.run(*desk.situation.loading())
    prepared = desk.run(*_PREPARE)
    with pytest.raises(RefusedError, match="ne demande plus d'approbation"):
        colleague.approve(_first(desk))
    sent = operator.run(*_EXPORT)

    assert "! la convention : approbation de chaque envoi par un second compte : oui → non" in (
        compared
    )
    assert f"l'envoi {_first(desk)} partira sans second compte" in compared
    assert prepared.exit_code == 3
    assert "ne demande pas d'approbation" in prepared.complaint
    assert sent.exit_code == 0, sent


def _both(desk: Operator) -> list[str]:
    return [desk.situation.transfer_id(name) for name in RECIPIENTS]


def _first(desk: Operator) -> str:
    return desk.situation.transfer_id(DGEFP)


def _second(desk: Operator) -> str:
    return desk.situation.transfer_id(PROVIDER)


def _known() -> Person:
    return next(p for p in people(300, seed=6) if p["courriel"] and p["telephone"])


def _tick(desk: Operator) -> list[str]:
    """Let the scheduler come by; give what it said of sendings."""
    answer = desk.run(*_TICK)
    assert answer.exit_code == 0, answer
    done: list[str] = json.loads(answer.output)["done"]
    return [said for said in done if said.startswith(("envoyé", "préparé"))]


def _shown(desk: Operator, transfer_id: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        desk.run("transfer", "show", transfer_id, "--json").output
    )
    return document


def _resend(desk: Operator) -> Answer:
    reason = ("--reason", "paquet-illisible", "--instruction", "instruction-1")
    return desk.run("transfer", "resend", _first(desk), *reason, "--for-real")
