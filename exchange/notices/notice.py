"""One thing that people must know, and when it is said again."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class NoticeKind(StrEnum):
    """What is told, in the order in which it is read: first what is wrong, then what was done."""

    STOPPED = "stopped"
    LOG_DISAGREES = "log-disagrees"
    LATE = "late"
    FAILED = "failed"
    UNDECLARED = "undeclared"
    APPROVAL_AWAITED = "approval-awaited"
    SENT_LATE = "sent-late"
    SENT = "sent"
    NOTHING_TO_SEND = "nothing-to-send"
    MISSED = "missed"
    PURGED = "purged"
    DUE_SOON = "due-soon"
    RECEIPT_OVERDUE = "receipt-overdue"
    PURGE_ANNOUNCED = "purge-announced"
    KEY_EXPIRES = "key-expires"
    OUT_OF_ORDER = "out-of-order"


LABELS: Final = MappingProxyType(
    {
        NoticeKind.STOPPED: "service arrêté",
        NoticeKind.DUE_SOON: "échéance proche",
        NoticeKind.UNDECLARED: "données non déclarées",
        NoticeKind.APPROVAL_AWAITED: "à approuver",
        NoticeKind.LATE: "en retard",
        NoticeKind.SENT: "envoyé",
        NoticeKind.SENT_LATE: "envoyé en retard",
        NoticeKind.NOTHING_TO_SEND: "rien à envoyer",
        NoticeKind.MISSED: "ne partira plus",
        NoticeKind.FAILED: "échec",
        NoticeKind.RECEIPT_OVERDUE: "réponse",
        NoticeKind.PURGE_ANNOUNCED: "destruction",
        NoticeKind.PURGED: "détruit",
        NoticeKind.LOG_DISAGREES: "journal des preuves",
        NoticeKind.KEY_EXPIRES: "cachet et certificats",
        NoticeKind.OUT_OF_ORDER: "à réparer",
    }
)

NEWS: Final = frozenset(
    {
        NoticeKind.SENT,
        NoticeKind.SENT_LATE,
        NoticeKind.NOTHING_TO_SEND,
        NoticeKind.MISSED,
        NoticeKind.PURGED,
    }
)
"""The kinds that tell what is over: said once, after which nothing is to be done about it."""

REMEMBERED: Final = timedelta(days=400)
"""For how long it is known what was told; what stood for longer would be told again."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell, in one French sentence, and the way out.

    ``subject`` names what it is about (a transfer, a deadline, an agreement, a key), never a
    person. ``occasion`` is the day it belongs to: a notice is told once for each (kind,
    subject, occasion), so one that counts as new every day is said every day. An ``urgent``
    one does not wait for the next digest. ``on`` is the day it is about: of what is of one kind
    the nearest comes first.
    """

    kind: NoticeKind
    subject: str
    occasion: date
    sentence: str
    way_out: str
    urgent: bool = False
    on: date | None = None
