"""What an agreement says, as frozen values. They exist only once every check has passed.

Days are days of Europe/Paris (``schemas.agreement.calendar`` gives their instants). The legal
words follow Regulation (EU) 2016/679 article 28 and the Commission's clauses (EU) 2021/915.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, TypeVar

from schemas.agreement.problems import UnknownIdError

TEST_DEADLINE_ID: Final = "essai"
"""What tests of recipients' keys bear in the place of a deadline; none may be called so."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who signed, or processes under it; ``country`` is ISO 3166-1 alpha-2."""

    id: str
    name: str
    role: Literal["controller", "processor", "sub-processor", "recipient"]
    country: str
    contact: str
    dpo_name: str
    dpo_contact: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """A documented instruction (article 28(3)(a)); its text never changes, it can end."""

    id: str
    author: str
    given_on: date
    text: str
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are inside."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Deadline:
    """One delivery: as of ``cut_off``, sent between ``send_from`` and ``send_by``, owed by ``due``.

    ``recipients`` are the ids of who receives a survey; other kinds send no personal data
    and have none. ``if_undeclared`` says what happens at ``send_by`` when nobody declared
    the data ready. ``content`` says of a survey whether it carries everybody, or only who
    was not sent to the recipient for an earlier deadline; other kinds have none.
    """

    id: str
    label: str
    kind: Literal["survey", "indicators", "report"]
    cut_off: date
    send_from: date
    send_by: date
    due: date
    if_undeclared: Literal["send", "hold"]
    instruction: str
    recipients: tuple[str, ...] = ()
    content: Literal["all", "not_yet_sent"] | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A proven reader: its age public key, checked by a named person on a known day.

    The instructions are ids: ``reference_instruction`` orders the ninth column,
    ``view_instruction`` the pseudonymised view, ``transfer_instruction`` a transfer
    outside the European Economic Area.
    ``receipt_certificate`` is the PEM certificate that its receipts are checked with.
    """

    id: str
    name: str
    country: str
    contact: str
    encryption_key: str
    fingerprint: str
    fingerprint_checked_by: str
    fingerprint_checked_on: date
    receipt_certificate: str
    view: Literal["nominative", "pseudonymised"]
    reference_instruction: str | None = None
    view_instruction: str | None = None
    classical_reason: str | None = None
    transfer_instruction: str | None = None
    ended_on: date | None = None

    @property
    def credentials(self) -> tuple[str, str]:
        """What a recipient opens and answers with: proven together, and lost together."""
        return self.encryption_key, self.receipt_certificate.strip()


@dataclass(frozen=True, slots=True)
class DataRetention:
    """Keep ``days`` days after what ``from_`` names, and never beyond ``at_latest``."""

    days: int
    from_: Literal["last_due", "processing_ends"]
    at_latest: date


@dataclass(frozen=True, slots=True)
class LogRetention:
    """Keep each trace ``days`` days after it is recorded, and none beyond ``at_latest``.

    ``reason`` justifies a duration outside six to twelve months.
    """

    days: int
    from_: Literal["recorded"]
    at_latest: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Archives:
    """Why public archives may be destroyed: they are duplicates, or a visa allows it.

    ``reference`` is the paper that says so; empty only when the status needs none.
    """

    status: Literal["duplicate", "visa", "not_applicable"]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long everything lives; ``instruction`` is the id of what orders the destruction."""

    instruction: str
    records: DataRetention
    packages: DataRetention
    log: LogRetention
    archives: Archives


@dataclass(frozen=True, slots=True)
class InformationNotice:
    """Which text informed the people, and since when."""

    version: str
    date: date


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement, whole and free of contradiction.

    ``digest`` is the SHA-256, in hex, of the exact bytes of its file; ``role`` is the role
    of the Département; ``columns`` maps each contract column to its local name;
    ``local_key`` names the local column that designates a person, if there is one.
    ``import_mode`` says what a load is that names no mode: an addition, or the complete
    list, from which at most ``max_absent`` known people may be missing.
    ``approver_certificate`` (PEM) is that of whoever must sign a new version. With
    ``four_eyes`` nothing leaves that a second account has not approved.
    """

    format: int
    id: str
    version: int
    title: str
    digest: str
    role: Literal["controller", "processor"]
    parties: tuple[Party, ...]
    instructions: tuple[Instruction, ...]
    actions: Period
    processing_ends: date
    deadlines: tuple[Deadline, ...]
    recipients: tuple[Recipient, ...]
    retention: Retention
    refusal_threshold_percent: int
    information_notice: InformationNotice
    columns: Mapping[str, str]
    territory_postcodes: tuple[str, ...]
    import_mode: Literal["complement", "liste-complete"]
    local_key: str | None = None
    max_absent: int | None = None
    approver_certificate: str | None = None
    four_eyes: bool = False

    def party(self, party_id: str) -> Party:
        """Find a party. Raises ``UnknownIdError``."""
        return _find(self.parties, party_id)

    def instruction(self, instruction_id: str) -> Instruction:
        """Find an instruction. Raises ``UnknownIdError``."""
        return _find(self.instructions, instruction_id)

    def deadline(self, deadline_id: str) -> Deadline:
        """Find a deadline. Raises ``UnknownIdError``."""
        return _find(self.deadlines, deadline_id)

    def recipient(self, recipient_id: str) -> Recipient:
        """Find a recipient. Raises ``UnknownIdError``."""
        return _find(self.recipients, recipient_id)

    @property
    def sender(self) -> Party:
        """The Département: the one party that has its role."""
        return next(party for party in self.parties if party.role == self.role)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_Identified)


def _find(items: tuple[_Item, ...], wanted: str) -> _Item:
    for item in items:
        if item.id == wanted:
            return item
    raise UnknownIdError(f"la convention ne connaît pas l'identifiant {wanted}")
