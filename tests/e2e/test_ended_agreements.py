"""An agreement that has come to its end: nothing more is asked of anybody for it."""

from datetime import UTC, datetime

from exchange.home_opening import open_service
from exchange.notices.notice import Notice, NoticeKind
from exchange.notices.standing import standing_notices
from jobs.tick import tick
from tests.fakes.mail_server import MailServer
from tests.fakes.mailbox import Mailbox
from tests.fakes.short_certificates import name_certificate
from tests.fakes.situation import DGEFP, PROVIDER, Situation

_ENDED, _EXPIRED = "2025-03-01T08:00", "2041-03-01T08:00"
_TESTED_ONLY = "dares"
_RECORD = ("receipt", "record")
_BY_LETTER = (
    *("--kind", "acknowledgement", "--channel", "letter"),
    *("--received-on", "2023-01-31"),
)


def test_the_certificates_of_a_finished_agreement_are_asked_of_nobody(sent: Situation) -> None:
    mailbox = Mailbox(sent, MailServer(0))
    mailbox.set_clock("2023-09-30T10:00")
    assert tick(mailbox.settings, lambda _: None)

    asked = _told(mailbox, _EXPIRED, NoticeKind.KEY_EXPIRES)

    assert [notice.subject for notice in asked if "réponse" in notice.subject] == []


def test_while_a_package_waits_for_its_answer_its_certificate_is_asked_for(sent: Situation) -> None:
    mailbox = Mailbox(sent, MailServer(0))

    asked = _told(mailbox, _EXPIRED, NoticeKind.KEY_EXPIRES)

    assert f"certificats de réponse/spie-62/{DGEFP}" in {notice.subject for notice in asked}


def test_whoever_owes_no_answer_is_asked_for_no_certificate(sent: Situation) -> None:
    sent.departement.do("recipient", "test", _TESTED_ONLY, "--for-real")
    mailbox = Mailbox(sent, MailServer(0))

    asked = _told(mailbox, _EXPIRED, NoticeKind.KEY_EXPIRES)

    assert {notice.subject for notice in asked if "réponse" in notice.subject} == {
        f"certificats de réponse/spie-62/{name}" for name in (DGEFP, PROVIDER)
    }


def test_two_agreements_with_one_recipient_are_each_told_of_its_certificate(
    fresh: Situation,
) -> None:
    ends = datetime(2023, 3, 15, tzinfo=UTC)
    name_certificate(fresh, fresh.keys(DGEFP) / "receipt-cert.pem", ends)
    fresh.departement.do(*fresh.loading())
    text = fresh.agreement.read_text("utf-8").replace("version = 2\n", "version = 1\n")
    fresh.agreement.write_text(text.replace('"spie-62"', '"spie-59"'), "utf-8")
    fresh.departement.do(*fresh.loading())
    mailbox = Mailbox(fresh, MailServer(0))

    asked = _told(mailbox, "2023-03-01T08:00", NoticeKind.KEY_EXPIRES)

    assert {notice.subject for notice in asked} == {
        f"certificats de réponse/{name}/{DGEFP}" for name in ("spie-59", "spie-62")
    }


def test_a_signature_is_asked_for_until_the_package_is_destroyed(sent: Situation) -> None:
    sent.departement.do(*_RECORD, sent.transfer_id(DGEFP), *_BY_LETTER, "--for-real")
    mailbox = Mailbox(sent, MailServer(0))

    before = _told(mailbox, "2023-02-01T08:00", NoticeKind.RECEIPT_OVERDUE)
    mailbox.set_clock("2023-09-30T10:00")
    assert tick(mailbox.settings, lambda _: None)
    after = _told(mailbox, _ENDED, NoticeKind.RECEIPT_OVERDUE)

    assert [notice.subject for notice in before] == [sent.transfer_id(DGEFP)]
    assert after == []


def _told(mailbox: Mailbox, when: str, kind: NoticeKind) -> list[Notice]:
    mailbox.set_clock(when)
    with open_service(mailbox.settings, inspecting=True) as service:
        standing = standing_notices(service)
    return [entry.notice for entry in standing if entry.notice.kind is kind]
