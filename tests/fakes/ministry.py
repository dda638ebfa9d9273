"""A recipient with a folder, real keys, and the sender's certificate as it came by telephone."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self

from exchange.packages.opening import Opened, inspect, open_package
from exchange.receipts.documents import make_receipt, sign_receipt
from exchange.receipts.identities import create_identity
from keys.age import Identity, parse_identities
from keys.seal import Certificate, SealKey, load_certificate
from schemas.annex_e import COLUMNS
from schemas.receipt import ReceiptKind, Rejection
from tests.demo.stock_lines import stock_lines
from tests.fakes.agreements import PublicKeys, public_keys_in
from tests.fakes.opened_rows import opened_rows

_ANSWERED_AT = datetime(2023, 2, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ministry:
    """One recipient; its folder is the one in which the README's lines are typed."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, recipient_id: str, *, classical: bool) -> Self:
        """Draw the keys of a recipient."""
        create_identity(folder, recipient_id, _ANSWERED_AT, classical=classical, trial=True)
        return cls(folder)

    @property
    def public_keys(self) -> PublicKeys:
        """What the Département writes into the agreement."""
        return public_keys_in(self.folder)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The private keys that open."""
        return parse_identities((self.folder / "identity.txt").read_text("ascii"))

    @property
    def receipt_key(self) -> SealKey:
        """The key that answers."""
        return SealKey.load(
            (self.folder / "receipt-key.pem").read_bytes(),
            (self.folder / "receipt-cert.pem").read_bytes(),
        )

    @property
    def sender(self) -> Certificate:
        """The certificate this recipient pins."""
        return load_certificate((self.folder / "dept.pem").read_bytes())

    def pin(self, sender: Certificate) -> None:
        """Keep the sender's certificate, received by another channel."""
        (self.folder / "dept.pem").write_bytes(sender.pem)

    def receive(self, package: Path) -> Path:
        """Take a package in under the name that the README's lines use."""
        return Path(shutil.copy(package, self.folder / "paquet.asice"))

    def open(
        self, package: Path, *, accept_trial: bool = False, agreement_id: str | None = None
    ) -> Opened:
        """Open a package with our tool."""
        with package.open("rb") as file:
            return open_package(
                file,
                self.identities,
                self.sender,
                self.folder / "ouvert",
                accept_trial=accept_trial,
                agreement_id=agreement_id,
            )

    def read_rows(self, package: Path) -> Counter[tuple[str, ...]]:
        """Open a package of a trial, read the contract's columns of its lines, keep nothing."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, package.open("rb") as file:
            open_package(file, self.identities, self.sender, Path(folder), accept_trial=True)
            rows = opened_rows(Path(folder))
        return Counter(tuple(row[column] for column in COLUMNS) for row in rows)

    def acknowledge(self, package: Path) -> bytes:
        """Acknowledge a package; give the signed answer."""
        return self._answer(package, ReceiptKind.ACKNOWLEDGEMENT)

    def acknowledge_test(self, package: Path) -> bytes:
        """Open a test of keys and acknowledge it; give the signed answer."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, package.open("rb") as file:
            opened = open_package(
                file, self.identities, self.sender, Path(folder), accept_trial=True
            )
            digest = hashlib.sha256(opened.csv_path.read_bytes()).hexdigest()
        return self._answer(package, ReceiptKind.ACKNOWLEDGEMENT, opened_digest=digest)

    def acknowledge_unopened(self, package: Path, digest: str | None) -> bytes:
        """Acknowledge a test of keys with whatever digest; give the signed answer."""
        return self._answer(package, ReceiptKind.ACKNOWLEDGEMENT, opened_digest=digest)

    def reject(self, package: Path, rejections: Sequence[Rejection]) -> bytes:
        """Reject lines of a package; give the signed answer."""
        return self._answer(package, ReceiptKind.REJECTION, rejections=rejections)

    def declare_destruction(self, package: Path, destroyed_on: date) -> bytes:
        """Declare a package destroyed; give the signed answer."""
        return self._answer(package, ReceiptKind.DESTRUCTION, destroyed_on=destroyed_on)

    def type_stock_lines(
        self, name: str, *, path: Path | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Type the README's lines called ``name``, verbatim, in a plain shell.

        Commands are looked for in the folder ``path`` first.
        """
        paths = [*([str(path)] if path else []), os.environ["PATH"]]
        return subprocess.run(
            ["sh", "-c", stock_lines(name)],
            cwd=self.folder,
            env={**os.environ, "PATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _answer(
        self,
        package: Path,
        kind: ReceiptKind,
        *,
        rejections: Sequence[Rejection] = (),
        destroyed_on: date | None = None,
        opened_digest: str | None = None,
    ) -> bytes:
        with package.open("rb") as file:
            inspected = inspect(file, self.sender)
        receipt = make_receipt(
            kind,
            _ANSWERED_AT,
            package_digest=inspected.digest,
            checkpoint=inspected.manifest.checkpoint,
            rejections=rejections,
            destroyed_on=destroyed_on,
            opened_digest=opened_digest,
        )
        return sign_receipt(receipt, self.receipt_key, _ANSWERED_AT)
