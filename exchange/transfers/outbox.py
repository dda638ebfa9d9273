"""The folder from which recipients fetch: where the package of a transfer lies."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from exchange.packages.naming import notice_path, outbox_path, waiting_paths
from exchange.transfers.transfer import Transfer
from schemas.manifest import TransferKind


@dataclass(frozen=True, slots=True)
class Outbox:
    """``folder`` holds one folder a recipient; in a ``trial`` everything is marked ESSAI."""

    folder: Path
    trial: bool

    def marks(self, kind: TransferKind) -> bool:
        """Tell whether a package of this kind is marked ESSAI: it holds no real people."""
        return self.trial or kind is TransferKind.TEST

    def package(self, transfer: Transfer) -> Path:
        """Say where the package of a transfer lies once published."""
        marked = self.marks(transfer.kind)
        return outbox_path(self.folder, transfer.recipient_id, transfer.transfer_id, trial=marked)

    def holds(self, transfer: Transfer) -> bool:
        """Tell whether the package that was sealed lies there, with its very bytes."""
        try:
            with self.package(transfer).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == transfer.package_digest
        except FileNotFoundError:
            return False

    def sweep(self, transfer: Transfer) -> None:
        """Remove what waits there to become the package of a transfer."""
        for left_over in waiting_paths(self.package(transfer)):
            left_over.unlink(missing_ok=True)

    def notice(self, transfer: Transfer) -> Path:
        """Say where the notice lies that takes the place of a package taken back."""
        return notice_path(self.package(transfer))
