"""Encrypting 100 MB from file to file for one X25519 key: ours beside pyrage, in one run."""

import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyrage

from keys.age import EncryptingWriter, X25519Identity, open_for_reading

_BYTES = 100_000_000
_PIECE_BYTES = 1 << 20


def measure(runs: int = 5) -> dict[str, float]:
    """Give the best time of each in seconds; what each wrote is opened and compared."""
    identity = X25519Identity.generate()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain"
        plain.write_bytes(secrets.token_bytes(_BYTES))
        times = {"ours": float("inf"), "pyrage": float("inf")}
        # In turns, so that a slow minute of the machine does not fall on one of them.
        for _ in range(runs):
            for tool, encrypt in (("ours", _encrypt), ("pyrage", _encrypt_with_pyrage)):
                seconds = _time(encrypt, plain, folder / tool, identity)
                times[tool] = min(times[tool], seconds)
        for tool in times:
            _check(plain, folder / tool, identity)
    return times


def _time(
    encrypt: Callable[[Path, Path, X25519Identity], None],
    source: Path,
    destination: Path,
    identity: X25519Identity,
) -> float:
    destination.unlink(missing_ok=True)
    start = time.perf_counter()
    encrypt(source, destination, identity)
    return time.perf_counter() - start


def _encrypt(source: Path, destination: Path, identity: X25519Identity) -> None:
    with (
        source.open("rb") as plain,
        destination.open("wb") as file,
        EncryptingWriter(file, [identity.recipient]) as writer,
    ):
        while piece := plain.read(_PIECE_BYTES):
            writer.write(piece)


def _encrypt_with_pyrage(source: Path, destination: Path, identity: X25519Identity) -> None:
    recipient = pyrage.x25519.Recipient.from_str(str(identity.recipient))
    pyrage.encrypt_file(str(source), str(destination), [recipient])


def _check(plain: Path, encrypted: Path, identity: X25519Identity) -> None:
    with plain.open("rb") as expected, encrypted.open("rb") as file:
        for chunk in open_for_reading(file, [identity]):
            if chunk != expected.read(len(chunk)):
                raise AssertionError(f"{encrypted.name} does not open to what was encrypted")
        if expected.read(1):
            raise AssertionError(f"{encrypted.name} is shorter than what was encrypted")
