"""A new version beside the version in force: ids are ended, never removed or reused.

What was sent, logged and certified cites these ids; each must go on designating one thing.

1. The version rises, under the same agreement id.
2. No id of a party, instruction, deadline or recipient disappears.
3. An id keeps its identity: a party its name; an instruction its author, day and text; a
   deadline its kind and cut-off; a recipient its name and its view, for its references
   would tie what it is sent in one view to what it has in the other.
4. What has ended stays ended.
5. A key or a certificate that changes was checked again, on a later day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, TypeAlias

from schemas.agreement.document import Agreement, Deadline, Instruction, Party, Recipient
from schemas.agreement.problems import Problem

_Designated: TypeAlias = Party | Instruction | Deadline | Recipient

_IDENTITY_WORDS: Final = {
    "parties": "name",
    "instructions": "author, date, text",
    "deadlines": "kind, cut_off",
    "recipients": "name, view",
}


def compare_with_loaded(new: Agreement, loaded: Agreement) -> tuple[Problem, ...]:
    """List what forbids ``new`` to follow ``loaded``, the version in force of one agreement."""
    return tuple(_problems(new, loaded))


def _problems(new: Agreement, loaded: Agreement) -> Iterator[Problem]:
    if new.id != loaded.id:
        yield Problem("id", f"la convention en vigueur est {loaded.id} : gardez cet identifiant")
    if new.version <= loaded.version:  # (1)
        sentence = f"la version {loaded.version} est en vigueur : écrivez {loaded.version + 1}"
        yield Problem("version", sentence)
    yield from _list("parties", new.parties, loaded.parties)
    yield from _list("instructions", new.instructions, loaded.instructions)
    yield from _list("deadlines", new.deadlines, loaded.deadlines)
    yield from _list("recipients", new.recipients, loaded.recipients)
    yield from _keys(new, loaded)


def _list(
    name: str, new: tuple[_Designated, ...], loaded: tuple[_Designated, ...]
) -> Iterator[Problem]:
    places = {item.id: index for index, item in enumerate(new)}
    for former in loaded:
        if former.id not in places:  # (2)
            sentence = (
                f"l'identifiant {former.id} a disparu : remettez sa table ; ce qui est fini se "
                "termine par ended_on, et ne se retire pas"
            )
            yield Problem(name, sentence)
            continue
        path, item = f"{name}[{places[former.id]}]", new[places[former.id]]
        if _identity(item) != _identity(former):  # (3)
            sentence = (
                f"l'identifiant {former.id} désignait autre chose dans la version en vigueur : "
                f"remettez-la telle quelle ({_IDENTITY_WORDS[name]}), et donnez un nouvel "
                "identifiant à ce qui est nouveau"
            )
            yield Problem(path, sentence)
        if _ended_on(item) is None and _ended_on(former) is not None:  # (4)
            sentence = "ce qui a pris fin ne reprend pas : remettez ended_on"
            yield Problem(f"{path}.ended_on", sentence)


def _identity(item: _Designated) -> tuple[object, ...]:
    match item:
        case Party(name=name):
            return (name,)
        case Recipient(name=name, view=view):
            return (name, view)
        case Instruction():
            return (item.author, item.given_on, item.text)
        case Deadline():
            return (item.kind, item.cut_off)


def _ended_on(item: _Designated) -> date | None:
    return item.ended_on if isinstance(item, Instruction | Recipient) else None


def _keys(new: Agreement, loaded: Agreement) -> Iterator[Problem]:
    former = {recipient.id: recipient for recipient in loaded.recipients}
    for index, recipient in enumerate(new.recipients):
        known = former.get(recipient.id)
        if known is None or recipient.credentials == known.credentials:
            continue
        if recipient.fingerprint_checked_on <= known.fingerprint_checked_on:  # (5)
            sentence = (
                "la clé ou le certificat a changé depuis la version en vigueur : faites vérifier "
                "l'empreinte de nouveau, et écrivez quand"
            )
            yield Problem(f"recipients[{index}].fingerprint_checked_on", sentence)
