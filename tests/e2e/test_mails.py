"""Every kind of mail as a person reads it: the texts are in ``tests/vectors/notices``."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.errors import ConfigurationError
from jobs.tick import tick
from tests.documents import compare_or_rewrite
from tests.e2e.mail_occasions import READY, SENT, Prepare
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import Situation

_MOMENT = re.compile(r"\b([a-z]+di|dimanche)\s+\S+\s+\S+\s+\d{4}\s+à\s+\d+\s+h\s+\d\d")
_TEXTS = Path(__file__).parents[1] / "vectors/notices"


@pytest.fixture(name="post_office", scope="module")
def _post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


# On a server the mail also names the machine that fails; here there is but one.
_OF_ONE_MACHINE = pytest.param("no-seal", marks=pytest.mark.sqlite_file)


@pytest.mark.parametrize("name", [*sorted(READY.keys() - {"no-seal"}), _OF_ONE_MACHINE])
def test_a_mail_before_the_sending_is_as_it_was_read(
    fresh: Situation, post_office: MailServer, name: str
) -> None:
    _compare(Mailbox(fresh, post_office), name, *READY[name])


@pytest.mark.parametrize("name", SENT)
def test_a_mail_after_the_sending_is_as_it_was_read(
    sent: Situation, post_office: MailServer, name: str
) -> None:
    _compare(Mailbox(sent, post_office), name, *SENT[name])


def _compare(mailbox: Mailbox, name: str, prepare: Prepare, when: str) -> None:
    prepare(mailbox)
    mailbox.configure()

    text = mailbox.read_at(when)

    compare_or_rewrite(_TEXTS / f"{name}.txt", text)


def test_the_mail_of_a_home_that_does_not_open_is_as_it_was_read(
    fresh: Situation, post_office: MailServer
) -> None:
    mailbox = Mailbox(fresh, post_office)
    mailbox.configure()
    (fresh.departement.home / "outside/checkpoints").unlink()

    with pytest.raises(ConfigurationError):
        tick(mailbox.settings, lambda _: None)

    # The machine's own time: the base would say how far a trial's is from it.
    text = _MOMENT.sub("lundi 30 janvier 2023 à 8 h 00", mailbox.last_read())
    compare_or_rewrite(_TEXTS / "stopped.txt", text)


def test_no_mail_holds_a_word_of_anybody(prepared: Situation) -> None:
    with prepared.source.open(encoding="cp1252", newline="") as file:
        cells = {cell for row in csv.reader(file, delimiter=";") for cell in row if len(cell) > 5}
    texts = {path.name: path.read_text("utf-8") for path in _TEXTS.glob("*.txt")}

    assert len(cells) > 500
    assert set(texts) == {f"{name}.txt" for name in (*READY, *SENT, "stopped")}
    assert [(name, cell) for cell in cells for name, text in texts.items() if cell in text] == []


def test_no_mail_links_to_anything() -> None:
    texts = [path.read_text("utf-8") for path in _TEXTS.glob("*.txt")]

    assert [text for text in texts if "http" in text or "www" in text] == []
