"""Encrypting 100 MB from file to file for one X25519 key: ours beside pyrage, in one run."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyrage

from benchmarks.figures import Figure
from benchmarks.telling import Telling
from keys.age import EncryptingWriter, X25519Identity, open_for_reading

_BYTES: Final = 100_000_000
_PIECE_BYTES: Final = 1 << 20
_SLOWEST: Final = 1.5


def measure(folder: Path, runs: int, tell: Telling) -> list[Figure]:
    """Compare the best time of each; what each wrote is opened and compared."""
    tell("chiffrement de 100 Mo, à côté de pyrage")
    identity = X25519Identity.generate()
    plain = folder / "plain"
    with plain.open("wb") as file:
        for start in range(0, _BYTES, _PIECE_BYTES):
            file.write(secrets.token_bytes(min(_PIECE_BYTES, _BYTES - start)))
    times = {"ours": float("inf"), "pyrage": float("inf")}
    # In turns, so that a slow minute of the machine does not fall on one of them.
    for _ in range(runs):
        for tool, encrypt in (("ours", _encrypt), ("pyrage", _encrypt_with_pyrage)):
            seconds = _time(encrypt, plain, folder / tool, identity)
            times[tool] = min(times[tool], seconds)
    for tool in times:
        _check(plain, folder / tool, identity)
    ours, theirs = times["ours"], times["pyrage"]
    value, beside = f"{ours:.3f} s", f"{theirs:.3f} s pour pyrage"
    return [Figure("chiffrer 100 Mo (age, X25519)", value, beside, ours / theirs, _SLOWEST)]


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
