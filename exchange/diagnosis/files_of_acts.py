"""What acts left on disk: packages, notices, certificates; each is what the register says."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from exchange.diagnosis.findings import Finding, good, mend, watch
from exchange.french_numbers import counted
from exchange.home import Home
from exchange.packages.naming import waiting_path
from exchange.retention.certificates import certificate_path
from exchange.retention.ended import CertifiedPurge
from exchange.storage.database import UnitOfWork
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.outbox import Outbox
from exchange.transfers.transfer import Transfer
from keys.durable_files import staged_name

Issued: TypeAlias = tuple[Path, bytes]
"""Where a certificate lies, and what it says."""
_RESTORE: Final = (
    "ne remettez à personne celui qui est là ; restaurez-le depuis la sauvegarde, puis : "
    "spie-exchange doctor"
)


@dataclass(frozen=True, slots=True)
class RegisteredPackages:
    """What the outbox is held against: the transfers, and those a destruction takes away.

    One that was interrupted may have taken their packages or not: whoever restored them would
    put back what is being destroyed.
    """

    transfers: tuple[Transfer, ...]
    being_destroyed: frozenset[str]

    @property
    def expected(self) -> list[Transfer]:
        """Those whose package must lie in the outbox."""
        published = (t for t in self.transfers if _should_lie_there(t))
        return [t for t in published if t.transfer_id not in self.being_destroyed]


def registered_packages(work: UnitOfWork) -> RegisteredPackages:
    """Give the register of transfers, against which the outbox is held."""
    names = work.agreements.ids()
    purges = filter(None, map(work.purges.unfinished, names))
    return RegisteredPackages(
        tuple(transfer for name in names for transfer in work.transfers.all(name)),
        frozenset(package.transfer_id for purge in purges for package in purge.packages),
    )


def package_findings(
    registered: RegisteredPackages, home: Home, progress: Callable[[int], None] = lambda _: None
) -> Iterator[Finding]:
    """Hold the outbox against the register; reads every package, outside of any transaction.

    ``progress`` is told how many packages have been read.
    """
    outbox = Outbox(home.outbox, home.trial)
    # Before the packages are read, which takes long: the register is of this moment.
    strangers = tuple(_strangers(outbox, registered.transfers))
    there = registered.expected
    wrong = []
    for count, transfer in enumerate(there, 1):
        if not _is_as_sent(outbox.package(transfer), transfer):
            wrong.append(transfer)
        progress(count)
    for transfer in wrong:
        yield mend(
            "paquets",
            f"le paquet de {transfer.transfer_id} n'est plus dans le dossier d'envoi, ou n'est "
            "plus le même",
            _RESTORE,
            transfer.transfer_id,
        )
    if not wrong:
        yield good("paquets", f"tels qu'envoyés : {counted(len(there), 'paquet')}")
    yield from strangers


def issued_certificates(work: UnitOfWork, home: Home) -> tuple[Issued, ...]:
    """Give the destruction certificates that were issued."""
    return tuple(
        (_path_of(certified, home), certified.document)
        for name in work.agreements.ids()
        for certified in work.purges.certified(name)
    )


def certificate_findings(issued: Sequence[Issued]) -> Iterator[Finding]:
    """Look for the destruction certificates that were issued."""
    # One that an interruption kept from taking its name is not lost (``leftover_findings``).
    lost = [
        path
        for path, document in issued
        if not (_holds(path, document) or _holds(staged_name(path), document))
    ]
    for path in lost:
        yield mend("certificats de destruction", f"{path} manque ou a été modifié", _RESTORE)
    if not lost:
        yield good("certificats de destruction", f"tous là : {counted(len(issued), 'certificat')}")


def _path_of(certified: CertifiedPurge, home: Home) -> Path:
    purge_id, is_trial = certified.purge.purge_id, home.trial
    return certificate_path(home.certificates, certified.agreement_id, purge_id, trial=is_trial)


def _should_lie_there(transfer: Transfer) -> bool:
    is_gone = transfer.package_removed_at is not None or transfer.withdrawn_at is not None
    return transfer.published_at is not None and not is_gone


def _is_as_sent(path: Path, transfer: Transfer) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == transfer.package_digest
    except FileNotFoundError:
        return False


def _holds(path: Path, document: bytes) -> bool:
    return path.is_file() and path.read_bytes() == document


def _strangers(outbox: Outbox, transfers: Sequence[Transfer]) -> Iterator[Finding]:
    known = set(_known(outbox, transfers))
    found = [path for path in outbox.folder.rglob("*") if path.is_file() and path not in known]
    if found:
        # Not their names: nobody knows what a stranger put into them.
        yield watch(
            "dossier d'envoi",
            f"hors du registre : {counted(len(found), 'fichier')} de {outbox.folder}",
            "comparez avec spie-exchange transfer list, et retirez-les",
        )


def _known(outbox: Outbox, transfers: Iterable[Transfer]) -> Iterator[Path]:
    for transfer in transfers:
        package = outbox.package(transfer)
        if _should_lie_there(transfer) or transfer.state is TransferState.SEALED:
            yield package
        if transfer.state in {TransferState.PREPARED, TransferState.SEALED}:
            yield waiting_path(package, transfer.epoch)
        if transfer.withdrawn_at is not None:
            yield outbox.notice(transfer)
