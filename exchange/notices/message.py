"""A mail as it leaves: plain text in UTF-8, marked as written by a machine (RFC 5322, 3834)."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from exchange.instants import PARIS
from exchange.notices.digest import Digest


def message_of(
    written: Digest, *, sender: str, to: Sequence[str], identity: str, at: datetime
) -> EmailMessage:
    """Give the mail of a digest; ``at`` is the machine's instant.

    ``identity`` (printable ASCII) makes its Message-ID: a mail that is sent again because
    nobody knew that it had arrived has the same, by which servers tell.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = written.subject
    message["Date"] = format_datetime(at.astimezone(PARIS))
    message["Message-ID"] = f"<{identity}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text, charset="utf-8", cte="quoted-printable")
    return message
