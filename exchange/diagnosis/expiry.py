"""Certificates that end: the seal's, those that recipients answer with, the approver's.

Those of an agreement whose processing has ended are no longer wanted, unless one of its
packages still waits for the answer of that recipient, which is signed with one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from exchange.diagnosis.findings import Finding, good, mend, watch
from exchange.french_numbers import counted, integer
from exchange.instants import local_day
from exchange.seals import ORDER_A_SEAL, SealKeeper
from exchange.transfers.awaited import unanswered
from exchange.transfers.transfer import Transfer
from keys.seal import load_certificate
from schemas.agreement import Agreement, Recipient, ends_at
from schemas.manifest import TransferKind

_NOTICE: Final = timedelta(days=60)
"""What an authority takes to deliver a seal, or a recipient to answer a telephone call."""
_RECEIPTS: Final = "certificats de réponse"
_APPROVERS: Final = "certificats de qui approuve"


def seal_findings(seals: SealKeeper) -> Iterator[Finding]:
    """Look at the seal. Raises what ``SealKeeper.current`` does when there is none to use."""
    ends = seals.current().certificate.not_after
    if seals.clock.now() > ends - _NOTICE:
        yield watch(
            "cachet",
            f"le cachet expire le {ends:%d/%m/%Y}",
            ORDER_A_SEAL,
            on=local_day(ends),
        )
    else:
        yield good("cachet", f"valable jusqu'au {ends:%d/%m/%Y}")


def recipient_findings(
    agreements: Iterable[tuple[Agreement, Sequence[Transfer]]], now: datetime
) -> Iterator[Finding]:
    """Look at the certificates of the recipients still in use, given the transfers of each."""
    in_use = [
        (agreement.id, recipient.id, _ends_of(recipient.receipt_certificate))
        for agreement, transfers in agreements
        for recipient in _in_use(agreement, transfers, now)
    ]
    ending = [found for found in in_use if now > found[2] - _NOTICE]
    for agreement_id, name, ends in ending:
        expires = "a expiré" if now > ends else "expire"
        found = mend if now > ends else watch
        yield found(
            _RECEIPTS,
            f"le certificat de réponse de {name} ({agreement_id}) {expires} le {ends:%d/%m/%Y}",
            f"demandez à {name} son certificat suivant, inscrivez-le dans la convention, faites-la "
            "approuver, puis : spie-exchange agreement load CONVENTION.toml --approval "
            "SIGNATURE.p7s",
            f"{_RECEIPTS}/{agreement_id}/{name}",
            local_day(ends),
        )
    if not ending:
        yield good(_RECEIPTS, f"valables : {counted(len(in_use), 'destinataire')}")


def approver_findings(agreements: Iterable[Agreement], now: datetime) -> Iterator[Finding]:
    """Look at the certificates of those who approve what is still under way."""
    in_use = [
        (agreement.id, _ends_of(agreement.approver_certificate))
        for agreement in agreements
        if agreement.approver_certificate is not None and now < ends_at(agreement.processing_ends)
    ]
    ending = [(name, ends) for name, ends in in_use if now > ends - _NOTICE]
    for name, ends in ending:
        # Nothing that is in force stops; but nobody is left to sign what follows it.
        yield watch(
            _APPROVERS,
            f"le certificat de qui approuve {name} a expiré le {ends:%d/%m/%Y} : "
            "aucune version ne peut plus suivre"
            if now > ends
            else f"le certificat de qui approuve {name} expire le {ends:%d/%m/%Y}",
            "s'il faut changer la convention, elle prend un autre identifiant : "
            "docs/operations.md, « La clé de qui approuve est perdue »"
            if now > ends
            else "faites-lui approuver d'ici là une version qui nomme son certificat suivant",
            f"{_APPROVERS}/{name}",
            local_day(ends),
        )
    if not ending:
        yield good(_APPROVERS, f"valables : {integer(len(in_use))}")


def _in_use(
    agreement: Agreement, transfers: Sequence[Transfer], now: datetime
) -> Iterator[Recipient]:
    """Give the recipients whose answers count: all of them, then those that still owe one.

    A test of keys proves nothing any more once nothing may be sent.
    """
    is_over = now >= ends_at(agreement.processing_ends)
    waited = (t for t, _ in unanswered(transfers) if t.kind is not TransferKind.TEST)
    awaited = {transfer.recipient_id for transfer in waited}
    for recipient in agreement.recipients:
        if recipient.ended_on is None and (not is_over or recipient.id in awaited):
            yield recipient


def _ends_of(certificate_pem: str) -> datetime:
    return load_certificate(certificate_pem.encode()).not_after
