"""One thing that people must know, and when it is said again."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoticeKind(StrEnum):
    """What is told."""

    DUE_SOON = "due-soon"
    UNDECLARED = "undeclared"
    LATE = "late"
    SENT = "sent"
    SENT_LATE = "sent-late"
    FAILED = "failed"
    RECEIPT_OVERDUE = "receipt-overdue"
    PURGE_ANNOUNCED = "purge-announced"
    PURGED = "purged"
    LOG_DISAGREES = "log-disagrees"
    KEY_EXPIRES = "key-expires"
    OUT_OF_ORDER = "out-of-order"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell, in one French sentence, and the way out.

    ``subject`` names what it is about (a transfer, a deadline, an agreement, a key), never a
    person. ``occasion`` is the day it belongs to: a notice is told once for each (kind,
    subject, occasion), so one that counts as new every day is said every day. An ``urgent``
    one does not wait for the next digest.
    """

    kind: NoticeKind
    subject: str
    occasion: date
    sentence: str
    way_out: str
    urgent: bool = False
