"""An account: a machine or a script that calls over HTTP, in one role."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

ACCOUNT_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")


class Role(StrEnum):
    """What an account is for."""

    OPERATOR = "operator"
    LOCAL_SYSTEM = "local-system"
    RECIPIENT = "recipient"
    DPO = "dpo"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Account:
    """An account. ``recipient_id`` and its agreement are said for a recipient's, and only there.

    ``committed_at`` is when the commitment to confidentiality was recorded, whose document has
    the SHA-256 ``commitment_digest`` in hex: without one, an account has no right (GDPR, article
    28, 3, b). An account that has ended never comes back.
    """

    account_id: str
    role: Role
    agreement_id: str
    recipient_id: str
    created_at: datetime
    commitment_digest: str = ""
    committed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_committed(self) -> bool:
        """Whether a commitment to confidentiality was recorded."""
        return self.committed_at is not None


def is_account_id(text: str) -> bool:
    """Tell whether a text can name an account: lower case, digits and hyphens, 2 to 40."""
    return ACCOUNT_ID.fullmatch(text) is not None
