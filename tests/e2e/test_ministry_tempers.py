"""The simulated ministry in its tempers: it accepts, rejects, is late, lies, loses its keys.

For each: the transfer's state, the evidence it left, the exit code. What it opens and rejects
is in ``test_later_revisions``, what it answers to a package taken back in ``test_withdrawals``.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from exchange.receipts.documents import read_receipt, sign_receipt
from schemas.agreement import TEST_DEADLINE_ID
from schemas.annex_e import RuleCode
from schemas.receipt import Receipt, Rejection
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.lost_keys import lose_keys, next_version
from tests.fakes.ministry import Ministry
from tests.fakes.situation import DGEFP, PROVIDER, Situation

_ANSWERED_AT: Final = datetime(2023, 2, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A Département that has sent, and its two readers."""

    sent: Situation
    command: CommandHere

    def run(self, *words: str | Path) -> Answer:
        """Run a command at the Département."""
        return self.command.run(self.sent.departement.home, *words)

    def send_back(self, answer: bytes) -> Answer:
        """Give the Département what a reader answered."""
        path = self.sent.folder / "answer.p7m"
        path.write_bytes(answer)
        return self.run("receipt", path)

    def state(self, recipient_id: str = DGEFP, revision: int = 1) -> str:
        """Say where a transfer stands."""
        name = self.sent.revision(recipient_id, revision).name.removesuffix(".ESSAI.asice")
        state: str = json.loads(self.run("transfer", "show", name, "--json").output)["state"]
        return state

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Read the leaves of one kind, the tests of keys apart."""
        events: list[dict[str, Any]] = json.loads(
            self.run("audit", "list", "--kind", kind, "--json").output
        )
        return [event for event in events if f"_{TEST_DEADLINE_ID}_" not in event["subject"]]


@pytest.fixture(name="exchange")
def _exchange(
    sent: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Exchange:
    return Exchange(sent, CommandHere(monkeypatch, capfd))


def test_it_accepts(exchange: Exchange) -> None:
    ministry, package = exchange.sent.ministry(DGEFP), exchange.sent.package(DGEFP)
    opened = ministry.open(package, accept_trial=True)

    answer = exchange.send_back(ministry.acknowledge(package))

    assert opened.manifest.row_count == 200
    assert answer.exit_code == 0, answer
    assert (exchange.state(), exchange.state(PROVIDER)) == ("acknowledged", "published")
    (event,) = exchange.events("receipt.accepted")
    assert (event["outcome"], event["subject"]) == ("done", exchange.sent.transfer_id(DGEFP))


def test_it_rejects_the_same_line_twice_and_two_lines_count(exchange: Exchange) -> None:
    ministry, package = exchange.sent.ministry(DGEFP), exchange.sent.package(DGEFP)
    first = [Rejection(RuleCode.COURRIEL_FORMAT, line=line) for line in (3, 9)]

    answers = [
        exchange.send_back(ministry.reject(package, first)),
        exchange.send_back(ministry.reject(package, first[:1])),
    ]

    assert [answer.exit_code for answer in answers] == [0, 0], answers
    assert exchange.state() == "partly-rejected"
    assert [event["details"]["rejected"] for event in exchange.events("receipt.accepted")] == [2, 1]
    shown = exchange.run("transfer", "show", exchange.sent.transfer_id(DGEFP)).output
    assert "2 : 3 (COURRIEL_FORMAT), 9 (COURRIEL_FORMAT)" in shown


def test_it_is_late_and_is_called_and_answers(exchange: Exchange) -> None:
    ministry, package = exchange.sent.ministry(DGEFP), exchange.sent.package(DGEFP)
    name = exchange.sent.transfer_id(DGEFP)

    first_day = exchange.run("status").output, exchange.run("due").output
    exchange.run("clock", "set", "2023-02-08T10:00")
    late = exchange.run("status").output
    answer = exchange.send_back(ministry.acknowledge(package))
    after = exchange.run("status").output, exchange.run("due").output

    assert "n'a rien répondu" not in first_day[0]
    assert first_day[1].count("sa réponse") == 2
    assert f"attention : dgefp n'a rien répondu à {name}, envoyé le 31/01/2023" in late
    assert (answer.exit_code, exchange.state()) == (0, "acknowledged")
    assert f"dgefp n'a rien répondu à {name}" not in after[0]
    assert after[1].count("sa réponse") == 1


_Lie = Callable[[Ministry, Exchange], bytes]


def _lie(said: Callable[[Receipt], Receipt]) -> _Lie:
    """Sign, with the right key, something else than what is true."""

    def tell(ministry: Ministry, exchange: Exchange) -> bytes:
        signer = ministry.receipt_key
        answer = ministry.acknowledge(exchange.sent.package(DGEFP))
        return sign_receipt(said(read_receipt(answer, signer.certificate)), signer, _ANSWERED_AT)

    return tell


def _of_another_recipient(ministry: Ministry, exchange: Exchange) -> bytes:
    return ministry.acknowledge(exchange.sent.package(PROVIDER))


def _a_sent_line_and_another(ministry: Ministry, exchange: Exchange) -> bytes:
    lines = [Rejection(RuleCode.COURRIEL_FORMAT, line=line) for line in (1, 201)]
    return ministry.reject(exchange.sent.package(DGEFP), lines)


def _a_reference_nobody_has(ministry: Ministry, exchange: Exchange) -> bytes:
    unknown = [Rejection(RuleCode.COURRIEL_FORMAT, reference="0" * 27)]
    return ministry.reject(exchange.sent.package(DGEFP), unknown)


def _a_destruction_as_an_acknowledgement(receipt: Receipt) -> Receipt:
    return replace(receipt, destroyed_on="2023-02-01")


_NO_PACKAGE: Final = "aucun destinataire d'un paquet publié qu'elle désigne"
_NO_HEAD: Final = "n'est pas de ce journal"
_NO_LINE: Final = "n'est pas dans le paquet"
_OTHER_ROOT: Final = base64.b64encode(bytes(32)).decode()
_LIES: Final[dict[str, tuple[_Lie, str]]] = {
    "wrong digest": (_lie(lambda r: replace(r, package="0" * 64)), _NO_PACKAGE),
    "another recipient's package": (_of_another_recipient, _NO_PACKAGE),
    "another log": (_lie(lambda r: replace(r, checkpoint_root=_OTHER_ROOT)), _NO_HEAD),
    "a log of tomorrow": (_lie(lambda r: replace(r, checkpoint_size=1_000_000)), _NO_HEAD),
    "an empty log": (_lie(lambda r: replace(r, checkpoint_size=0)), _NO_HEAD),
    "one line too many": (_a_sent_line_and_another, _NO_LINE),
    "a reference nobody has": (_a_reference_nobody_has, _NO_LINE),
    "two things at once": (_lie(_a_destruction_as_an_acknowledgement), "ou elle est altérée"),
}


@pytest.mark.parametrize(("lie", "refusal"), _LIES.values(), ids=list(_LIES))
def test_it_lies_and_nothing_moves_until_it_tells_the_truth(
    exchange: Exchange, lie: _Lie, refusal: str
) -> None:
    ministry, package = exchange.sent.ministry(DGEFP), exchange.sent.package(DGEFP)

    lied = exchange.send_back(lie(ministry, exchange))
    believed = exchange.state(), exchange.state(PROVIDER)
    refused = exchange.events("receipt.refused")
    answer = exchange.send_back(ministry.acknowledge(package))

    assert lied.exit_code == 3
    assert refusal in lied.complaint
    assert believed == ("published", "published")
    assert [event["outcome"] for event in refused] == ["refused"]
    assert refusal in refused[0]["why"]
    assert (answer.exit_code, exchange.state()) == (0, "acknowledged")


def test_it_replays_an_answer_to_a_package_that_was_replaced(exchange: Exchange) -> None:
    ministry, package = exchange.sent.ministry(DGEFP), exchange.sent.package(DGEFP)
    old = ministry.acknowledge(package)
    resend = ("--reason", "paquet-illisible", "--instruction", "instruction-1", "--for-real")
    exchange.run("transfer", "resend", exchange.sent.transfer_id(DGEFP), *resend)

    first = exchange.send_back(old)
    replayed = exchange.send_back(old)

    assert (first.exit_code, replayed.exit_code) == (0, 3)
    assert (exchange.state(), exchange.state(revision=2)) == ("acknowledged", "published")
    assert len(exchange.events("receipt.refused")) == 1


def test_it_loses_its_keys_and_answers_old_packages_with_the_new_ones(exchange: Exchange) -> None:
    sent, package = exchange.sent, exchange.sent.package(DGEFP)
    lost, renewed = lose_keys(sent, DGEFP)
    sent.agreement.write_text(next_version(sent, lost, renewed), "utf-8")
    loaded = exchange.run(*sent.loading())
    old_answer = exchange.send_back(renewed.acknowledge(package))
    exchange.run("recipient", "test", DGEFP, "--for-real")
    proof = exchange.send_back(renewed.acknowledge_test(sent.key_test(DGEFP, 2)))
    why = ("--reason", "cle-perdue", "--instruction", "instruction-1", "--for-real")
    resent = exchange.run("transfer", "resend", sent.transfer_id(DGEFP), *why)
    opened = renewed.open(sent.revision(DGEFP, 2), accept_trial=True)
    answer = exchange.send_back(renewed.acknowledge(sent.revision(DGEFP, 2)))
    exchange.run("clock", "set", "2023-02-08T10:00")

    assert [loaded.exit_code, proof.exit_code, resent.exit_code] == [0, 0, 0]
    assert old_answer.exit_code == 3
    assert _NO_PACKAGE in old_answer.complaint
    assert (opened.manifest.kind, opened.manifest.row_count) == ("replacement", 200)
    assert (answer.exit_code, exchange.state(revision=2)) == (0, "acknowledged")
    assert exchange.state() == "published"
    assert "dgefp n'a rien répondu" not in exchange.run("status").output


def test_it_contradicts_itself_after_it_declared_everything_destroyed(exchange: Exchange) -> None:
    ministry, package = exchange.sent.ministry(DGEFP), exchange.sent.package(DGEFP)
    exchange.send_back(ministry.declare_destruction(package, _ANSWERED_AT.date()))
    rejected = [Rejection(RuleCode.COURRIEL_FORMAT, line=1)]

    answers = [
        exchange.send_back(ministry.acknowledge(package)),
        exchange.send_back(ministry.reject(package, rejected)),
    ]

    assert [answer.exit_code for answer in answers] == [3, 3]
    assert all("n'admet pas cette étape" in answer.complaint for answer in answers)
    assert exchange.state() == "destroyed"
    assert len(exchange.events("receipt.refused")) == 2
