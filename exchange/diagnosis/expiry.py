"""Certificates that end: the seal's, those that recipients answer with, the approver's."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from exchange.diagnosis.findings import Finding, good, mend, watch
from exchange.instants import local_day
from exchange.seals import SealKeeper
from keys.seal import load_certificate
from schemas.agreement import Agreement, ends_at

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
            "spie-exchange seal request, puis seal install",
            on=local_day(ends),
        )
    else:
        yield good("cachet", f"valable jusqu'au {ends:%d/%m/%Y}")


def recipient_findings(agreements: Iterable[Agreement], now: datetime) -> Iterator[Finding]:
    """Look at the certificates of the recipients still in use."""
    in_use = [
        (recipient.id, load_certificate(recipient.receipt_certificate.encode()).not_after)
        for agreement in agreements
        for recipient in agreement.recipients
        if recipient.ended_on is None
    ]
    ending = [(name, ends) for name, ends in in_use if now > ends - _NOTICE]
    for name, ends in ending:
        expires = "a expiré" if now > ends else "expire"
        found = mend if now > ends else watch
        yield found(
            _RECEIPTS,
            f"le certificat de réponse de {name} {expires} le {ends:%d/%m/%Y}",
            "demandez-lui le suivant, et inscrivez-le dans la convention",
            f"{_RECEIPTS}/{name}",
            local_day(ends),
        )
    if not ending:
        yield good(_RECEIPTS, f"{len(in_use)} destinataires en ont un valable")


def approver_findings(agreements: Iterable[Agreement], now: datetime) -> Iterator[Finding]:
    """Look at the certificates of those who approve what is still under way."""
    in_use = [
        (agreement.id, load_certificate(agreement.approver_certificate.encode()).not_after)
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
        yield good(_APPROVERS, f"{len(in_use)} valables")
