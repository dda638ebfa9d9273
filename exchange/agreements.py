"""The agreements in force: each version that was loaded, kept whole, cited by its digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol

from exchange.approvals import UnapprovedError, approver_of, require_approved
from exchange.audit.events import EventKind, Outcome
from exchange.errors import RefusedError
from exchange.transactions import Evidenced
from keys.age import parse_recipient
from keys.errors import KeysError
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.seal import Certificate, VerifiedSignature, load_certificate
from schemas.agreement import (
    Agreement,
    AgreementError,
    Problem,
    compare_with_loaded,
    read_agreement,
)

_KEPT: Final = 64
"""Loaded files whose reading is kept: the same few are read again and again, 10 ms each."""


@dataclass(frozen=True, slots=True)
class StoredAgreement:
    """One loaded version: the exact bytes of its file, and their SHA-256 in hex.

    ``approval`` is the detached signature it was approved with, if one was asked for.
    """

    agreement_id: str
    version: int
    digest: str
    file: bytes
    loaded_at: datetime
    approval: bytes | None = None

    @property
    def agreement(self) -> Agreement:
        """What it says."""
        return _read_again(self.file)


class AgreementRows(Protocol):
    """What this module needs of the database, inside a transaction."""

    def latest(self, agreement_id: str) -> StoredAgreement | None:
        """Give the version in force."""
        ...

    def version(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give one version, which a transfer may have pinned."""
        ...

    def before(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give the version that was in force before one."""
        ...

    def ids(self) -> Sequence[str]:
        """Give the ids of every agreement that was ever loaded."""
        ...

    def add(self, stored: StoredAgreement) -> None:
        """Keep a new version."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...


def check_file(data: bytes, rows: AgreementRows) -> Agreement:
    """Read an agreement file and hold it against the version in force.

    Raises ``schemas.agreement.AgreementError`` with every problem found.
    """
    agreement = read_agreement(data)
    problems = _key_problems(agreement)
    stored = rows.latest(agreement.id)
    if stored is not None and stored.digest != agreement.digest:
        problems += compare_with_loaded(agreement, stored.agreement)
    if problems:
        raise AgreementError(problems)
    return agreement


def load(
    work: Work, data: bytes, approval: bytes | None, keyring: Keyring, at: datetime
) -> tuple[Agreement, bool]:
    """Bring an agreement into force and make its keys; tell whether it was new.

    ``approval`` is the detached signature of its approver (``exchange.approvals``). The same
    file loaded again changes nothing; a signature that is given with it is verified all the
    same, against whoever had to approve it then.
    """
    agreement = check_file(data, work.agreements)
    stored = work.agreements.latest(agreement.id)
    if stored is not None and stored.digest == agreement.digest:
        if approval is not None:
            require_approved(data, approval, _approver_then(work.agreements, stored))
        return agreement, False
    approver = approver_of(agreement, stored.agreement if stored else None)
    approved = require_approved(data, approval, approver)
    _make_keys(agreement, keyring, at)
    added = StoredAgreement(agreement.id, agreement.version, agreement.digest, data, at, approval)
    work.agreements.add(added)
    work.evidence.record(
        EventKind.AGREEMENT_LOADED,
        Outcome.DONE,
        subject=agreement.id,
        version=agreement.version,
        digest=agreement.digest,
        **({"approver": approved.certificate.fingerprint} if approved else {}),
    )
    return agreement, True


def approval_of(rows: AgreementRows, agreement_id: str) -> VerifiedSignature | None:
    """Verify again the approval of the version in force; ``None`` when nobody approved it."""
    stored = rows.latest(agreement_id)
    if stored is None or stored.approval is None:
        return None
    return require_approved(stored.file, stored.approval, _approver_then(rows, stored))


def record_refused(work: Work, error: AgreementError) -> None:
    """Leave the evidence that an agreement file was refused."""
    work.evidence.record(EventKind.AGREEMENT_REFUSED, Outcome.REFUSED, problems=len(error.problems))


def record_unapproved(work: Work, data: bytes, error: UnapprovedError) -> None:
    """Leave the evidence that a whole agreement file lacked the approval it needs."""
    agreement = read_agreement(data)
    work.evidence.record(
        EventKind.AGREEMENT_UNAPPROVED,
        Outcome.REFUSED,
        subject=agreement.id,
        why=error.message,
        version=agreement.version,
        digest=agreement.digest,
    )


def in_force(rows: AgreementRows, agreement_id: str | None) -> Agreement:
    """Give the agreement in force: the one named, or the only one.

    Raises ``RefusedError`` when there is none, or several and none is named.
    """
    stored = rows.latest(agreement_id or _only_id(rows))
    if stored is None:
        raise RefusedError(
            "aucune convention de ce nom n'est chargée"
            if agreement_id
            else "aucune convention n'est chargée",
            "chargez-la : spie-exchange agreement load FICHIER.toml",
        )
    return stored.agreement


def pinned(rows: AgreementRows, agreement_id: str, version: int) -> Agreement:
    """Give the version a transfer was prepared under."""
    stored = rows.version(agreement_id, version)
    if stored is None:
        raise RefusedError(
            f"la version {version} de la convention {agreement_id} n'est pas dans la base",
            "restaurez la base depuis la sauvegarde",
        )
    return stored.agreement


def _only_id(rows: AgreementRows) -> str:
    ids = rows.ids()
    if len(ids) > 1:
        raise RefusedError(
            "plusieurs conventions sont chargées", f"ajoutez --agreement {' | '.join(ids)}"
        )
    return ids[0] if ids else ""


def _approver_then(rows: AgreementRows, stored: StoredAgreement) -> Certificate | None:
    former = rows.before(stored.agreement_id, stored.version)
    return approver_of(stored.agreement, former.agreement if former else None)


def _make_keys(agreement: Agreement, keyring: Keyring, at: datetime) -> None:
    keyring.obtain(KeyPurpose.RECORDS, agreement.id, at)
    keyring.obtain(KeyPurpose.IDENTITY, agreement.id, at)
    for recipient in agreement.recipients:
        keyring.obtain(KeyPurpose.REFERENCE, reference_scope(agreement.id, recipient.id), at)


def reference_scope(agreement_id: str, recipient_id: str) -> str:
    """Name the domain of the references one recipient gets under one agreement."""
    return f"{agreement_id}:{recipient_id}"


def _key_problems(agreement: Agreement) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if agreement.approver_certificate is not None:
        try:
            load_certificate(agreement.approver_certificate.encode())
        except KeysError as error:
            problems.append(Problem("approver_certificate", str(error)))
    for index, recipient in enumerate(agreement.recipients):
        path = f"recipients[{index}]"
        try:
            parse_recipient(recipient.encryption_key)
        except KeysError:
            sentence = (
                "cette clé publique age n'est pas valide : demandez-la de nouveau au destinataire"
            )
            problems.append(Problem(f"{path}.encryption_key", sentence))
        try:
            load_certificate(recipient.receipt_certificate.encode())
        except KeysError as error:
            problems.append(Problem(f"{path}.receipt_certificate", str(error)))
    return tuple(problems)


@lru_cache(maxsize=_KEPT)
def _read_again(file: bytes) -> Agreement:
    return read_agreement(file)
