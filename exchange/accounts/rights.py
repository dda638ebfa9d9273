"""What can be asked over HTTP, and which role may ask it.

Duties are separate: who sends does not read the log, who reads the log does not send, and a
recipient sees what is addressed to it and nothing else.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from exchange.accounts.account import Role


class Right(StrEnum):
    """One thing that can be asked; a token may be given fewer than its account's role has."""

    READ_AGREEMENTS = "agreements:read"
    LOAD = "imports:write"
    READ_LOADS = "imports:read"
    DECLARE_READY = "readiness:write"
    READ_TRANSFERS = "transfers:read"
    READ_DEPARTURES = "departures:read"
    SEND = "transfers:write"
    APPROVE = "transfers:approve"
    FETCH = "packages:read"
    ANSWER = "receipts:write"
    READ_ANSWERS = "receipts:read"
    READ_EVIDENCE = "evidence:read"
    READ_CERTIFICATES = "certificates:read"
    READ_OBJECTIONS = "objections:read"
    RECORD_OBJECTIONS = "objections:write"
    READ_METRICS = "metrics:read"


RIGHTS_OF: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.OPERATOR: frozenset(
            {
                Right.READ_AGREEMENTS,
                Right.LOAD,
                Right.READ_LOADS,
                Right.DECLARE_READY,
                Right.READ_TRANSFERS,
                Right.READ_DEPARTURES,
                Right.SEND,
                Right.APPROVE,
                Right.ANSWER,
                Right.READ_ANSWERS,
                Right.READ_CERTIFICATES,
                Right.READ_OBJECTIONS,
                Right.RECORD_OBJECTIONS,
            }
        ),
        Role.LOCAL_SYSTEM: frozenset({Right.READ_AGREEMENTS, Right.LOAD, Right.READ_LOADS}),
        Role.RECIPIENT: frozenset({Right.READ_TRANSFERS, Right.FETCH, Right.ANSWER}),
        Role.DPO: frozenset(
            {
                Right.READ_AGREEMENTS,
                Right.READ_LOADS,
                Right.READ_TRANSFERS,
                Right.READ_DEPARTURES,
                Right.READ_ANSWERS,
                Right.READ_EVIDENCE,
                Right.READ_CERTIFICATES,
                Right.READ_OBJECTIONS,
                Right.RECORD_OBJECTIONS,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Right.READ_AGREEMENTS,
                Right.READ_TRANSFERS,
                Right.READ_DEPARTURES,
                Right.READ_EVIDENCE,
                Right.READ_CERTIFICATES,
            }
        ),
        Role.ADMINISTRATOR: frozenset({Right.READ_METRICS}),
    }
)
"""What each role may ask. ``tests/roles.toml`` says the same by hand, route by route."""
