"""What is typed in the story over HTTP: curl for the service, the command for the rest."""

from dataclasses import dataclass
from pathlib import Path

from tests.demo.narrator import Narrator, StepFailedError
from tests.demo.stage import Stage

_STATUS = "-w '%{http_code}\\n'"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where every line is typed: the folder that holds both houses."""

    narrator: Narrator
    stage: Stage

    def call(self, *words: str, account: str = "", status: int = 200) -> None:
        """Ask the service for something.

        Raises ``StepFailedError`` when it does not answer with ``status``.
        """
        answer = self.type_curl(*words, _STATUS, account=account)
        if not answer.endswith(f"{status}\n"):
            raise StepFailedError(f"{words}: {answer}")

    def type_curl(self, *words: str, account: str = "") -> str:
        """Type curl; the token is read from a file, where no other account sees it."""
        header = (f"-H @{self.shown(self.stage.header(account))}",) if account else ()
        return self.narrator.run_shell(" ".join(("curl -sS", *header, *words)), self.stage.folder)

    def shown(self, path: Path) -> str:
        """Give a path as it is typed here."""
        return self.narrator.shortened(path)

    def take(self, recipient_id: str, transfer_id: str, package: Path) -> None:
        """Fetch a package."""
        address = f'"$SPIE/transfers/{transfer_id}/package"'
        self.call(f"-o {self.shown(package)} {address}", account=recipient_id)

    def post_answer(
        self, recipient_id: str, transfer_id: str, answer: Path, status: int = 201
    ) -> None:
        """Send a signed answer."""
        self.call(
            "-H 'Content-Type: application/pkcs7-mime'",
            f"--data-binary @{self.shown(answer)}",
            f'"$SPIE/transfers/{transfer_id}/receipts"',
            account=recipient_id,
            status=status,
        )

    def open(self, recipient_id: str, folder: Path, out: Path) -> None:
        """Open the package in a folder, as its recipient does."""
        identity = self.stage.keys(recipient_id) / "identity.txt"
        self.narrator.run(
            *("open", folder / "paquet.asice", "--identity", identity),
            *("--sender-cert", self.stage.seal, "--out", out, "--accept-trial"),
        )

    def acknowledge(self, recipient_id: str, folder: Path, *words: str | Path) -> Path:
        """Sign that the package in a folder arrived."""
        return self._signed("acknowledge", recipient_id, folder, *words, out="accuse.p7m")

    def reject(self, recipient_id: str, folder: Path, *words: str | Path) -> Path:
        """Sign that lines of the package in a folder are rejected."""
        return self._signed("reject", recipient_id, folder, *words, out="rejet.p7m")

    def _signed(
        self, act: str, recipient_id: str, folder: Path, *words: str | Path, out: str
    ) -> Path:
        keys = self.stage.keys(recipient_id)
        self.narrator.run(
            *(act, folder / "paquet.asice", *words, "--sender-cert", self.stage.seal),
            *("--key", keys / "receipt-key.pem", "--cert", keys / "receipt-cert.pem"),
            *("--out", folder / out),
        )
        return folder / out
