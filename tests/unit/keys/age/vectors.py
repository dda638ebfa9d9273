"""The public test vectors of age (C2SP/CCTV, folder ``age``), read where they lie."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from tests.prerequisites import skip_or_fail

FOLDER = Path(__file__).parents[5] / "shared" / "vectors" / "age"


@dataclass(frozen=True, slots=True)
class Vector:
    """One file of the kit: what to expect of it, with what, and the age file itself."""

    name: str
    expect: str
    payload_sha256: str | None
    file_key: bytes
    identities: tuple[str, ...]
    is_armored: bool
    has_passphrase: bool
    content: bytes

    @property
    def is_supported(self) -> bool:
        return not (self.is_armored or self.has_passphrase)


def read_vectors() -> tuple[Vector, ...]:
    """Every vector, by name. Where the folder is missing the test is skipped, or fails in CI."""
    if not FOLDER.is_dir():
        skip_or_fail("the age vectors are not beside this checkout, in ../shared/vectors/age")
    return tuple(_read_vector(path) for path in sorted(FOLDER.iterdir()))


def _read_vector(path: Path) -> Vector:
    head, _, content = path.read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode().splitlines()]
    values = dict(pairs)
    return Vector(
        name=path.name,
        expect=values["expect"],
        payload_sha256=values.get("payload"),
        file_key=bytes.fromhex(values["file key"]),
        identities=tuple(value for key, value in pairs if key == "identity"),
        is_armored="armored" in values,
        has_passphrase="passphrase" in values,
        content=zlib.decompress(content) if "compressed" in values else content,
    )
