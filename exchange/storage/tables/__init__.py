"""The tables. Every column carries the class of what it holds (``data_classes``)."""

from exchange.storage.tables.accounts import account, credential
from exchange.storage.tables.columns import metadata
from exchange.storage.tables.evidence import evidence_event, evidence_head, evidence_node
from exchange.storage.tables.home import agreement, claim, home_state
from exchange.storage.tables.people import (
    held_row,
    load,
    objection,
    person,
    staged_row,
    untaken_row,
)
from exchange.storage.tables.requests import request_key
from exchange.storage.tables.retention import purge
from exchange.storage.tables.transfers import (
    readiness,
    receipt,
    rejected_line,
    sent_line,
    transfer,
    transfer_approval,
    withdrawal,
)
from exchange.storage.tables.unattended import attempt, told_notice

__all__ = [
    "account",
    "agreement",
    "attempt",
    "claim",
    "credential",
    "evidence_event",
    "evidence_head",
    "evidence_node",
    "held_row",
    "home_state",
    "load",
    "metadata",
    "objection",
    "person",
    "purge",
    "readiness",
    "receipt",
    "rejected_line",
    "request_key",
    "sent_line",
    "staged_row",
    "told_notice",
    "transfer",
    "transfer_approval",
    "untaken_row",
    "withdrawal",
]
