"""Why a transfer is sent again, called off or taken back: closed lists.

The evidence keeps the reason for as long as it lasts: free text would bring names into it.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.manifest import TransferKind


class RevisionReason(StrEnum):
    """Why a later revision is made."""

    REJECTED_LINES = "lignes-rejetees"
    RECTIFIED_LINES = "lignes-rectifiees"
    LOST_KEY = "cle-perdue"
    UNREADABLE = "paquet-illisible"
    SENT_WRONGLY = "envoi-errone"
    OBJECTION = "opposition"
    CALLED_OFF = "envoi-annule"


KINDS: Final = MappingProxyType(
    {
        RevisionReason.REJECTED_LINES: TransferKind.CORRECTION,
        RevisionReason.RECTIFIED_LINES: TransferKind.CORRECTION,
        RevisionReason.LOST_KEY: TransferKind.REPLACEMENT,
        RevisionReason.UNREADABLE: TransferKind.REPLACEMENT,
        RevisionReason.SENT_WRONGLY: TransferKind.REPLACEMENT,
        RevisionReason.OBJECTION: TransferKind.REPLACEMENT,
        RevisionReason.CALLED_OFF: TransferKind.REPLACEMENT,
    }
)
"""What each reason makes: a whole replacement, or a correction of some lines."""


class WithdrawalReason(StrEnum):
    """Why a transfer is called off before it left, or taken back after."""

    SENT_WRONGLY = "envoi-errone"
    WRONG_CONTENT = "contenu-errone"
    LOST_KEY = "cle-compromise"
    OBJECTION = "opposition"
    INSTRUCTION = "instruction"
