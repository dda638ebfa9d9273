"""What a new version changes beside another, one line a change, for the person who approves it.

Every value of an agreement is compared; a test holds the labels against the fields. What a
line shows of keys, certificates and instructions is their SHA-256. A change is a danger when it
lets more leave, to somebody else, for longer, or on another's word.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Final

from schemas.agreement.document import Agreement
from schemas.agreement.labels import LABELS, TABLE_LABELS

_LISTS: Final = ("parties", "instructions", "deadlines", "recipients")
_IDENTITY: Final = ("format", "id", "version", "digest")
_CERTIFICATES: Final = ("recipients.receipt_certificate", "approver_certificate")
_HASHED: Final = (*_CERTIFICATES, "recipients.encryption_key", "instructions.text")

_ALWAYS_DANGEROUS: Final = frozenset(
    {
        "approver_certificate",
        "role",
        "local_key",
        "columns",
        "recipients.encryption_key",
        "recipients.receipt_certificate",
        "recipients.view",
        "recipients.country",
        "recipients.reference_instruction",
        "recipients.view_instruction",
        "recipients.transfer_instruction",
        "recipients.classical_reason",
        "deadlines.recipients",
        "deadlines.content",
        "deadlines.instruction",
        "deadlines.if_undeclared",
        "retention.records.from_",
        "retention.packages.from_",
        "retention.archives.status",
    }
)
_DANGEROUS_WHEN_MORE: Final = frozenset(
    {
        "processing_ends",
        "actions.end",
        "refusal_threshold_percent",
        "max_absent",
        "retention.records.days",
        "retention.records.at_latest",
        "retention.packages.days",
        "retention.packages.at_latest",
    }
)
_DANGEROUS_WHEN_LESS: Final = frozenset({"actions.start", "deadlines.send_from", "four_eyes"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the table, the id of the entry there ("" outside lists), and what changes.

    ``key`` is the path in the file without that id, "" when a whole entry comes or goes.
    ``before`` and ``after`` are what people compare, ``None`` for what is not there.
    """

    table: str
    entry: str
    key: str
    before: str | None
    after: str | None
    is_dangerous: bool

    @property
    def sentence(self) -> str:
        """Say the change in one French line."""
        where = f"{TABLE_LABELS[self.table]} {self.entry}".rstrip()
        if not self.key:
            return f"{where} : {'ajout' if self.before is None else 'retrait'} — {self._whole}"
        return f"{where} : {LABELS[self.key]} : {_shown(self.before)} → {_shown(self.after)}"

    @property
    def _whole(self) -> str:
        return _shown(self.after if self.before is None else self.before)


def changes_between(former: Agreement | None, new: Agreement) -> tuple[Change, ...]:
    """List what ``new`` changes beside ``former``; beside ``None``, everything is new."""
    return tuple(_changes(former, new))


def _changes(former: Agreement | None, new: Agreement) -> Iterator[Change]:
    yield from _compared("", "", _plain_values(former), _plain_values(new))
    for table in _LISTS:
        before = {item.id: item for item in getattr(former, table)} if former else {}
        after = {item.id: item for item in getattr(new, table)}
        for entry in dict.fromkeys((*before, *after)):
            if entry in before and entry in after:
                values = (dict(_leaves(item, table)) for item in (before[entry], after[entry]))
                yield from _compared(table, entry, *values)
            else:
                yield _whole_entry(table, entry, before.get(entry), after.get(entry))


def _plain_values(agreement: Agreement | None) -> dict[str, Any]:
    if agreement is None:
        return {}
    skipped = (*_LISTS, *_IDENTITY)
    return {
        path: value
        for path, value in _leaves(agreement, "")
        if path.split(".", maxsplit=1)[0] not in skipped
    }


def _leaves(item: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 -- any dataclass of the document
    for field in fields(item):
        value, inner = getattr(item, field.name), f"{path}.{field.name}".lstrip(".")
        if inner.count(".") and field.name == "id":
            continue
        if is_dataclass(value):
            yield from _leaves(value, inner)
        else:
            yield inner, value


def _compared(
    table: str, entry: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key, value in after.items():
        former = before.get(key)
        if former != value:
            named = table or (key.split(".", maxsplit=1)[0] if "." in key else "")
            yield Change(
                named,
                entry,
                key,
                _text(key, former),
                _text(key, value),
                is_dangerous=_is_dangerous(key, former, value),
            )


def _whole_entry(table: str, entry: str, before: Any, after: Any) -> Change:  # noqa: ANN401 -- any entry of a list
    item = before if after is None else after
    values = ((key, _text(key, value)) for key, value in _leaves(item, table))
    text = " ; ".join(f"{LABELS[key]} : {value}" for key, value in values if value is not None)
    return Change(
        table,
        entry,
        "",
        None if before is None else text,
        None if after is None else text,
        is_dangerous=table == "recipients" or after is None,
    )


def _is_dangerous(key: str, before: Any, after: Any) -> bool:  # noqa: ANN401 -- a leaf of any type
    if key in _ALWAYS_DANGEROUS:
        return True
    return _grows(key, before, after, _DANGEROUS_WHEN_MORE, lambda a, b: a < b) or _grows(
        key, before, after, _DANGEROUS_WHEN_LESS, lambda a, b: a > b
    )


def _grows(
    key: str,
    before: Any,  # noqa: ANN401 -- a leaf of any type
    after: Any,  # noqa: ANN401 -- a leaf of any type
    keys: frozenset[str],
    more: Callable[[Any, Any], bool],
) -> bool:
    return key in keys and (before is None or after is None or more(before, after))


def _text(key: str, value: Any) -> str | None:  # noqa: ANN401 -- a leaf of any type
    match value:
        case None:
            return None
        case bool():
            return "oui" if value else "non"
        case date():
            return f"{value:%d/%m/%Y}"
        case Mapping():
            return ", ".join(f"{name} = {local}" for name, local in value.items())
        case tuple():
            return ", ".join(value)
        case _:
            return _digest(key, value) if key in _HASHED else str(value)


def _digest(key: str, text: str) -> str:
    """Give the SHA-256 of a text, or that of a certificate in DER, which is read on the phone."""
    is_certificate = key in _CERTIFICATES
    lines = text.strip().splitlines()
    data = base64.b64decode("".join(lines[1:-1])) if is_certificate else text.encode()
    return hashlib.sha256(data).hexdigest()


def _shown(text: str | None) -> str:
    return text or "(rien)"
