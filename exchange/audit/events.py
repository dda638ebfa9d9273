"""An event: what is hashed into the evidence, as one canonical text.

Writing is strict: a kind outside the catalogue, an unknown or missing detail, or a text
where an identifier belongs raises ``ValueError``, for that is a bug of the caller, and an
act whose evidence cannot be written does not happen. Reading asks for the envelope only,
so that evidence of an earlier catalogue stays readable.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from exchange.actors import Actor, Caller
from exchange.audit.catalogue import CATALOGUE, DetailType, EventKind
from exchange.audit.errors import InvalidEventError
from schemas.canonical_json import CanonicalValue, decode, encode
from schemas.errors import CanonicalFormError

__all__ = [
    "DetailValue",
    "Event",
    "EventKind",
    "FilterColumns",
    "Outcome",
    "WrittenEvent",
    "instant_text",
    "read_event",
]

DetailValue: TypeAlias = str | int | bool | Sequence[str]

_VERSION: Final = 1
_IDENTIFIER: Final = re.compile(r"[!-~]{0,200}")
"""Printable ASCII without spaces: room for ids, digests and instants, not for sentences."""
_SENTENCE: Final = re.compile(r"[^\x00-\x1f\x7f]{0,500}")


class Outcome(StrEnum):
    """How an act stands."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what, when, why and with what result.

    ``at`` is the wall clock, ``trial_at`` the set time of a trial home, both aware.
    ``why`` is an instruction's id or a reason, ``subject`` the id of what is acted upon.
    Raises ``ValueError`` when the catalogue does not know it so.
    """

    kind: EventKind
    outcome: Outcome
    actor: Actor
    at: datetime
    trial_at: datetime | None = None
    subject: str = ""
    why: str = ""
    details: Mapping[str, DetailValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the event against the catalogue."""
        if _IDENTIFIER.fullmatch(self.subject) is None:
            raise ValueError(f"{self.kind}: subject is no identifier")
        if _SENTENCE.fullmatch(self.why) is None:
            raise ValueError(f"{self.kind}: why is no single sentence")
        _require_catalogued(self.kind, self.details)

    def canonical_bytes(self) -> bytes:
        """Give the text that is stored and hashed: version 1, canonical JSON."""
        document: dict[str, CanonicalValue] = {
            "version": _VERSION,
            "kind": self.kind.value,
            "outcome": self.outcome.value,
            "actor": _actor_document(self.actor),
            "at": instant_text(self.at),
            "subject": self.subject,
            "why": self.why,
            "details": {name: _plain(value) for name, value in self.details.items()},
        }
        if self.trial_at is not None:
            document["trial_at"] = instant_text(self.trial_at)
        return encode(document)


@dataclass(frozen=True, slots=True)
class FilterColumns:
    """What the database shows of an event to search by; ``actor`` is the account's name."""

    kind: str
    at: str
    actor: str
    outcome: str
    subject: str


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """An event as its bytes tell it, whatever the catalogue of today says."""

    columns: FilterColumns
    trial_at: str | None
    actor_uid: int
    sudo_user: str
    caller: Caller | None
    why: str
    details: Mapping[str, CanonicalValue]


def read_event(data: bytes) -> WrittenEvent:
    """Read an event's canonical bytes. Raises ``InvalidEventError``."""
    try:
        document = _mapping(decode(data))
        actor = _mapping(document["actor"])
        return WrittenEvent(
            columns=FilterColumns(
                kind=_text(document["kind"]),
                at=_text(document["at"]),
                actor=_text(actor["name"]),
                outcome=_text(document["outcome"]),
                subject=_text(document["subject"]),
            ),
            trial_at=_text(document["trial_at"]) if "trial_at" in document else None,
            actor_uid=_integer(actor["uid"]),
            sudo_user=_text(actor.get("sudo_user", "")),
            caller=_caller(actor),
            why=_text(document["why"]),
            details=_mapping(document["details"]),
        )
    except (CanonicalFormError, KeyError, TypeError):
        raise InvalidEventError(
            "les octets d'un événement du journal sont illisibles",
            "ne modifiez rien ; lancez : spie-exchange audit verify",
        ) from None


def instant_text(instant: datetime) -> str:
    """Write an aware instant in UTC with milliseconds: ``2023-01-31T05:00:00.000Z``."""
    if instant.tzinfo is None:
        raise ValueError("naive datetime")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _require_catalogued(kind: EventKind, details: Mapping[str, DetailValue]) -> None:
    entry = CATALOGUE[kind]
    allowed = {**entry.required, **entry.optional}
    if missing := entry.required.keys() - details.keys():
        raise ValueError(f"{kind}: missing details {sorted(missing)}")
    if unknown := details.keys() - allowed.keys():
        raise ValueError(f"{kind}: unknown details {sorted(unknown)}")
    for name, value in details.items():
        if not _is_of_type(value, allowed[name]):
            raise ValueError(f"{kind}: detail {name} is no {allowed[name].__name__}")


def _is_of_type(value: DetailValue, expected: DetailType) -> bool:
    if isinstance(value, str):
        return expected is str and _IDENTIFIER.fullmatch(value) is not None
    if isinstance(value, int):
        return expected is type(value)
    return expected is tuple and all(_is_of_type(item, str) for item in value)


def _plain(value: DetailValue) -> CanonicalValue:
    return value if isinstance(value, str | int) else list(value)


def _actor_document(actor: Actor) -> dict[str, CanonicalValue]:
    document: dict[str, CanonicalValue] = {"uid": actor.uid, "name": actor.name}
    if actor.sudo_user:
        document["sudo_user"] = actor.sudo_user
    if actor.caller is not None:
        document["caller"] = {
            "account": actor.caller.account_id,
            "role": actor.caller.role,
            "credential": actor.caller.credential_id,
            "request": actor.caller.request_id,
        }
    return document


def _caller(document: Mapping[str, CanonicalValue]) -> Caller | None:
    if "caller" not in document:
        return None
    caller = _mapping(document["caller"])
    return Caller(*(_text(caller[name]) for name in ("account", "role", "credential", "request")))


def _mapping(value: CanonicalValue) -> Mapping[str, CanonicalValue]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: CanonicalValue) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _integer(value: CanonicalValue) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value
