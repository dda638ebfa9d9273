"""Accepting what a recipient answers: acknowledgement, rejected lines, declared destruction."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from exchange.agreements import AgreementRows, in_force, pinned
from exchange.audit.events import EventKind, Outcome
from exchange.audit.log import EvidenceRows
from exchange.audit.merkle import root_at
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.receipts.documents import read_receipt
from exchange.transactions import Evidenced, Store
from exchange.transfers.answers import (
    ANSWER_LABELS,
    ANSWER_STEPS,
    Accepted,
    is_unconfirmed,
    record_refused_answer,
    require_not_acknowledged,
    state_by_signatures,
)
from exchange.transfers.lifecycle import TRANSITIONS, TransferState, next_state
from exchange.transfers.proven import proves
from exchange.transfers.record_keys import reference_key
from exchange.transfers.transfer import KeptAnswer, Transfer, TransferRows, replace_or_stop
from keys.errors import KeysError
from keys.keyring import Keyring
from keys.pseudonyms import reference
from keys.seal import Certificate, load_certificate
from schemas.errors import SchemasError
from schemas.manifest import TransferKind
from schemas.receipt import Receipt, ReceiptKind


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def evidence_rows(self) -> EvidenceRows:
        """The evidence as it lies in the database."""
        ...


def answered_transfer(store: Store[Work], data: bytes) -> Transfer:
    """Find what a signed receipt answers, whose agreement is to be claimed before it is accepted.

    Refuses, with evidence, what answers no published package.
    """
    with _refusals_recorded(store), store.read() as work:
        transfer, _, _ = _verified(work, data)
    return transfer


def accept_receipt(store: Store[Work], data: bytes, keyring: Keyring, clock: Clock) -> Accepted:
    """Accept a signed receipt, or refuse it with evidence and change nothing else.

    To be called while its agreement is claimed, ``store`` fenced by the claim.

    Properties that hold, in this order:

    1. exactly one published package has the digest the receipt names;
    2. the signature is by the receipt certificate that the agreement pins for its recipient;
    3. the log head it repeats from the package is one that this log still continues: the
       recipient is a witness, and what it has seen cannot have been rewritten;
    4. the same answer was not accepted before: neither the document nor its text, since of an
       ECDSA signature anybody can make a second that verifies;
    5. the transfer's life admits the step: no second acknowledgement, for one; what was noted
       without a signature does not count, and is confirmed by a signed answer that says it;
    6. every rejected line, or reference, is one that was sent;
    7. the acknowledgement of a test repeats the digest of the rows that were in it, which
       only who opened it knows; no other answer says anything of the rows.
    """
    with _refusals_recorded(store), store.begin() as work:
        return _accept(work, data, keyring, clock)


@contextmanager
def _refusals_recorded(store: Store[Work]) -> Iterator[None]:
    """Leave the evidence of an answer that is refused inside, whatever refuses it."""
    try:
        yield
    except (RefusedError, KeysError, SchemasError) as error:
        refused = (
            error
            if isinstance(error, RefusedError)
            else RefusedError(
                "cette réponse n'est pas signée par le destinataire attendu, ou elle est altérée",
                "demandez au destinataire de la refaire ; rien n'a été changé",
            )
        )
        record_refused_answer(store, refused)
        raise refused from None


def _accept(work: Work, data: bytes, keyring: Keyring, clock: Clock) -> Accepted:
    transfer, receipt, certificate = _verified(work, data)
    _require_witnessed_head(work.evidence_rows, receipt)  # (3)
    for kept in work.transfers.signed_receipts(transfer.transfer_id):  # (4)
        if read_receipt(kept, certificate) == receipt:
            raise RefusedError(
                "cette réponse a déjà été enregistrée", "rien n'est à faire : voyez transfer show"
            )
    digest = hashlib.sha256(data).hexdigest()
    following = _state_after(work, transfer, receipt.kind)  # (5)
    work.transfers.add_receipt(
        transfer.transfer_id, digest, receipt.kind, clock.now(), data, signed=True
    )
    rejected = _rejected_lines(work, transfer, receipt, keyring)  # (6)
    _require_opened(transfer, receipt)  # (7)
    if rejected:
        work.transfers.add_rejections(transfer.transfer_id, rejected)
    unconfirmed = is_unconfirmed(work.transfers.answers(transfer.transfer_id))
    answered = replace(
        transfer, state=following, answered_at=clock.now(), unsigned_answer=unconfirmed
    )
    replace_or_stop(work.transfers, answered, transfer.epoch)
    work.evidence.record(
        EventKind.RECEIPT_ACCEPTED,
        Outcome.DONE,
        subject=transfer.transfer_id,
        receipt_kind=receipt.kind.value,
        receipt_digest=digest,
        rejected=len(rejected),
    )
    if _is_proof(work, answered, receipt):
        work.evidence.record(
            EventKind.RECIPIENT_PROVEN,
            Outcome.DONE,
            subject=transfer.recipient_id,
            transfer=transfer.transfer_id,
            agreement_version=transfer.agreement_version,
            certificate_digest=certificate.fingerprint,
        )
    return Accepted(answered, ANSWER_LABELS[receipt.kind], len(rejected))


def _is_proof(work: Work, answered: Transfer, receipt: Receipt) -> bool:
    is_test = answered.kind is TransferKind.TEST
    if not is_test or receipt.kind is not ReceiptKind.ACKNOWLEDGEMENT:
        return False
    return proves(work, in_force(work.agreements, answered.agreement_id), answered)


def _verified(work: Work, data: bytes) -> tuple[Transfer, Receipt, Certificate]:
    for agreement_id in work.agreements.ids():
        for transfer in work.transfers.all(agreement_id):
            if transfer.published_at is None:
                continue
            agreement = pinned(work.agreements, agreement_id, transfer.agreement_version)
            recipient = agreement.recipient(transfer.recipient_id)
            certificate = load_certificate(recipient.receipt_certificate.encode())
            try:
                receipt = read_receipt(data, certificate)  # (2)
            except KeysError:
                continue
            if receipt.package == transfer.package_digest:  # (1)
                return transfer, receipt, certificate
    raise RefusedError(
        "cette réponse n'est signée par aucun destinataire d'un paquet publié qu'elle désigne",
        "demandez au destinataire de la refaire ; rien n'a été changé",
    )


def _state_after(work: Work, transfer: Transfer, kind: ReceiptKind) -> TransferState:
    answers = work.transfers.answers(transfer.transfer_id)
    step = ANSWER_STEPS[kind]
    following = next_state(_state_to_judge(transfer, answers), step)
    require_not_acknowledged(kind, [answer for answer in answers if answer.signed])
    if not transfer.unsigned_answer:
        return following
    return TRANSITIONS.get((transfer.state, step), transfer.state)


def _state_to_judge(transfer: Transfer, answers: Sequence[KeptAnswer]) -> TransferState:
    return state_by_signatures(transfer, answers) if transfer.unsigned_answer else transfer.state


def _require_opened(transfer: Transfer, receipt: Receipt) -> None:
    if receipt.kind is not ReceiptKind.ACKNOWLEDGEMENT:
        return
    if receipt.opened_digest == transfer.challenge_digest:
        return
    if transfer.challenge_digest is None:
        raise RefusedError(
            "cet accusé porte l'empreinte de lignes, alors que le paquet n'était pas un essai",
            "demandez au destinataire de le refaire sans --opened ; rien n'a été changé",
        )
    raise RefusedError(
        "cet accusé n'a pas l'empreinte des lignes de l'essai : rien ne montre qu'il a été ouvert",
        "demandez au destinataire d'ouvrir le paquet, puis d'accuser réception : "
        "spie-exchange acknowledge PAQUET --opened FICHIER.csv",
    )


def _require_witnessed_head(rows: EvidenceRows, receipt: Receipt) -> None:
    is_within = 0 < receipt.checkpoint_size <= rows.head().frontier.size
    root = root_at(receipt.checkpoint_size, rows.node) if is_within else b""
    if base64.b64encode(root).decode() != receipt.checkpoint_root:
        raise RefusedError(
            "le point de contrôle que cette réponse répète n'est pas de ce journal",
            "vérifiez le journal avec le paquet envoyé : spie-exchange audit verify --package",
        )


def _rejected_lines(
    work: Work, transfer: Transfer, receipt: Receipt, keyring: Keyring
) -> Sequence[tuple[int, str]]:
    if not receipt.rejections:
        return ()
    by_reference = (
        _lines_by_reference(work, transfer, keyring) if _names_references(receipt) else {}
    )
    sent = transfer.row_count or 0
    lines = []
    for rejection in receipt.rejections:
        line = rejection.line or by_reference.get(rejection.reference or "", 0)
        if not 1 <= line <= sent:
            raise RefusedError(
                "une ligne rejetée n'est pas dans le paquet",
                "demandez au destinataire de refaire sa réponse ; rien n'a été changé",
            )
        lines.append((line, str(rejection.code)))
    # A line may be named twice, by its number and by its reference.
    return tuple(dict.fromkeys(lines))


def _names_references(receipt: Receipt) -> bool:
    return any(rejection.reference for rejection in receipt.rejections)


def _lines_by_reference(work: Work, transfer: Transfer, keyring: Keyring) -> Mapping[str, int]:
    key = reference_key(keyring, transfer.agreement_id, transfer.recipient_id)
    lines = work.transfers.person_ids(transfer.transfer_id)
    return {reference(key, person_id): line for line, person_id in lines}
