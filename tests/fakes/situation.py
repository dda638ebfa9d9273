"""A Département and its recipients at one point of the story, which tests go on from."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from keys.seal import SealKey, load_certificate, sign_detached
from schemas.agreement import TEST_DEADLINE_ID
from tests.fakes.agreements import filled_sample, public_keys_in
from tests.fakes.departement import Departement
from tests.fakes.local_exports import write_clean_export
from tests.fakes.ministry import Ministry

AGREEMENT, DEADLINE = "spie-62", "enquete-1"
DGEFP, PROVIDER, ANALYST = "dgefp", "prestataire-enquete", "dares"
RECIPIENTS = (DGEFP, PROVIDER)
PROVEN = (*RECIPIENTS, ANALYST)
_APPROVED_AT = datetime(2022, 12, 6, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Situation:
    """``folder`` holds the Département, the recipients' keys, and the source file."""

    folder: Path

    @property
    def departement(self) -> Departement:
        """The Département."""
        return Departement(self.folder / "departement")

    @property
    def source(self) -> Path:
        """The local export that was loaded."""
        return self.folder / "source.csv"

    def keys(self, recipient_id: str) -> Path:
        """A recipient's private folder."""
        return self.folder / "keys" / recipient_id

    def transfer_id(self, recipient_id: str) -> str:
        """The contractual transfer to a recipient."""
        return f"{AGREEMENT}_{DEADLINE}_{recipient_id}_r1"

    def package(self, recipient_id: str) -> Path:
        """The contractual package in the outbox."""
        return self.departement.package(self.transfer_id(recipient_id))

    def key_test(self, recipient_id: str, number: int = 1) -> Path:
        """The package that tests a recipient's keys in the outbox."""
        return self.departement.package(f"{AGREEMENT}_{TEST_DEADLINE_ID}_{recipient_id}_r{number}")

    def outbox_names(self) -> set[str]:
        """What lies in the outbox, the tests of keys apart."""
        outbox = self.departement.home / "outbox"
        names = {path.name for path in outbox.rglob("*") if path.is_file()}
        return {name for name in names if f"_{TEST_DEADLINE_ID}_" not in name}

    def ministry(self, recipient_id: str) -> Ministry:
        """A recipient that pinned the sender's certificate."""
        ministry = Ministry(self.keys(recipient_id))
        ministry.pin(load_certificate(self.departement.seal_certificate.read_bytes()))
        return ministry

    def revision(self, recipient_id: str, number: int) -> Path:
        """A later package of the same deadline in the outbox."""
        return self.departement.package(
            self.transfer_id(recipient_id).replace("_r1", f"_r{number}")
        )

    @property
    def agreement(self) -> Path:
        """The agreement file, which tests change and load again."""
        return self.folder / "agreement.toml"

    @property
    def approver(self) -> Path:
        """The data protection officer's private folder."""
        return self.folder / "keys" / "dpo"

    def approval(self) -> Path:
        """Have the agreement file approved as it is now; give the signature's path."""
        key = SealKey.load(
            (self.approver / "approver-key.pem").read_bytes(),
            (self.approver / "approver-cert.pem").read_bytes(),
        )
        signature = self.folder / "agreement.toml.p7s"
        signature.write_bytes(sign_detached(self.agreement.read_bytes(), key, _APPROVED_AT))
        return signature

    def loading(self) -> tuple[str | Path, ...]:
        """The words that load the agreement file, approved as it is now."""
        return ("agreement", "load", self.agreement, "--approval", self.approval())

    def opening(self, recipient_id: str, out: Path) -> tuple[str | Path, ...]:
        """The options with which a recipient opens what it was sent."""
        return (
            *("--identity", self.keys(recipient_id) / "identity.txt"),
            *("--sender-cert", self.departement.seal_certificate),
            *("--out", out, "--accept-trial"),
        )

    def signing(self, recipient_id: str) -> tuple[str | Path, ...]:
        """The options with which a recipient signs its answers."""
        keys = self.keys(recipient_id)
        return (
            *("--key", keys / "receipt-key.pem"),
            *("--cert", keys / "receipt-cert.pem"),
            *("--sender-cert", self.departement.seal_certificate),
        )

    def copied_to(self, folder: Path) -> "Situation":
        """Copy everything; the copy goes its own way."""
        shutil.copytree(self.folder, folder / "situation")
        copy = Situation(folder / "situation")
        copy.departement.rebase(self.departement.home)
        return copy


def prepare(folder: Path, people: int) -> Situation:
    """Make a home, its agreement, its recipients; load people; declare them ready."""
    situation = Situation(folder)
    departement = situation.departement
    departement.do("init", "--trial")
    for recipient_id in PROVEN:
        classical = ("--classical",) if recipient_id == PROVIDER else ()
        folder_of_keys = situation.keys(recipient_id)
        departement.do(
            "identity",
            "new",
            "--out",
            folder_of_keys,
            "--name",
            recipient_id,
            "--trial",
            *classical,
        )
    departement.do("approver", "new", "--out", situation.approver, "--name", "DPO", "--trial")
    certificate = (situation.approver / "approver-cert.pem").read_text("ascii")
    keys = {name: public_keys_in(situation.keys(name)) for name in PROVEN}
    situation.agreement.write_text(filled_sample(keys, certificate))
    departement.do(*situation.loading())
    departement.do("clock", "set", "2023-01-31T10:00")
    for recipient_id in PROVEN:
        prove(situation, recipient_id)
    write_clean_export(situation.source, people)
    departement.do("import", situation.source, "--attest")
    departement.do("deadline", "ready", DEADLINE)
    return situation


def prove(situation: Situation, recipient_id: str) -> None:
    """Have a recipient's keys tested: it opens ten synthetic people, and says so."""
    departement = situation.departement
    departement.do("recipient", "test", recipient_id, "--for-real")
    answer = situation.keys(recipient_id) / "essai.p7m"
    package = situation.key_test(recipient_id)
    answer.write_bytes(situation.ministry(recipient_id).acknowledge_test(package))
    departement.do("receipt", answer)


def publish(situation: Situation) -> Situation:
    """Send to both recipients."""
    situation.departement.do("export", "--deadline", DEADLINE, "--for-real")
    return situation
