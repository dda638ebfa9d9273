"""The commands that read what a stranger hands over, each with one file of the stranger's."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from tests.fakes.situation import DGEFP, Situation
from tests.unit.keys.public_notes import REKOR_KEY

Words: TypeAlias = Sequence[str | Path]


class Role(StrEnum):
    """What a file is handed over as."""

    SOURCE = "source file"
    AGREEMENT = "agreement"
    RECEIPT = "receipt"
    PACKAGE = "package"
    IDENTITY = "age identity"
    SENDER = "sender's certificate"
    ANSWER_KEY = "answer key"
    PROOF = "proof"
    EVENT = "event"
    CHECKPOINT = "checkpoint"
    CERTIFICATE = "destruction certificate"


def words_for(role: Role, file: Path, situation: Situation, out: Path) -> Words:
    """Give the command line that reads ``file`` as what it claims to be."""
    return _WORDS[role](file, situation, out)


def _source(file: Path, _situation: Situation, out: Path) -> Words:
    return ("import", file, "--attest", "--report", out.with_suffix(".csv"))


def _agreement(file: Path, _situation: Situation, _out: Path) -> Words:
    return ("agreement", "load", file)


def _receipt(file: Path, _situation: Situation, _out: Path) -> Words:
    return ("receipt", file)


def _package(file: Path, situation: Situation, out: Path) -> Words:
    return _opening(situation, out, package=file)


def _identity(file: Path, situation: Situation, out: Path) -> Words:
    return _opening(situation, out, identity=file)


def _sender(file: Path, situation: Situation, out: Path) -> Words:
    return _opening(situation, out, sender=file)


def _opening(
    situation: Situation,
    out: Path,
    *,
    package: Path | None = None,
    identity: Path | None = None,
    sender: Path | None = None,
) -> Words:
    return (
        *("open", package or situation.package(DGEFP), "--accept-trial", "--out", out),
        *("--identity", identity or situation.keys(DGEFP) / "identity.txt"),
        *("--sender-cert", sender or situation.departement.seal_certificate),
    )


def _answer_key(file: Path, situation: Situation, out: Path) -> Words:
    keys = situation.keys(DGEFP)
    return (
        *("acknowledge", situation.package(DGEFP), "--key", file, "--out", out),
        *("--cert", keys / "receipt-cert.pem"),
        *("--sender-cert", situation.departement.seal_certificate),
    )


def _proof(file: Path, _situation: Situation, _out: Path) -> Words:
    return ("audit", "verify-proof", file, "--event", __file__, "--log-key", REKOR_KEY)


def _event(file: Path, _situation: Situation, _out: Path) -> Words:
    return ("audit", "verify-proof", __file__, "--event", file, "--log-key", REKOR_KEY)


def _checkpoint(file: Path, _situation: Situation, _out: Path) -> Words:
    return ("audit", "verify", "--checkpoint", file)


def _certificate(file: Path, situation: Situation, _out: Path) -> Words:
    seal = situation.departement.seal_certificate
    return ("certificate", "verify", file, "--sender-cert", seal)


_WORDS: Final[dict[Role, Callable[[Path, Situation, Path], Words]]] = {
    Role.SOURCE: _source,
    Role.AGREEMENT: _agreement,
    Role.RECEIPT: _receipt,
    Role.PACKAGE: _package,
    Role.IDENTITY: _identity,
    Role.SENDER: _sender,
    Role.ANSWER_KEY: _answer_key,
    Role.PROOF: _proof,
    Role.EVENT: _event,
    Role.CHECKPOINT: _checkpoint,
    Role.CERTIFICATE: _certificate,
}
