"""The names of a package and of what is in it: ``[A-Za-z0-9._-]`` only, no personal data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

MIMETYPE: Final = "mimetype"
MIMETYPE_CONTENT: Final = b"application/vnd.etsi.asic-e+zip"
MANIFEST: Final = "manifest.json"
TABLE_SCHEMA: Final = "schema.json"
NOTICE: Final = "LISEZMOI.txt"
ASIC_MANIFEST: Final = "META-INF/ASiCManifest.xml"
SIGNATURE: Final = "META-INF/signature.p7s"
NOTICE_SUFFIX: Final = ".retrait.p7m"
UNLISTED: Final = (MIMETYPE, ASIC_MANIFEST, SIGNATURE)
"""Members the ASiC manifest does not list: itself, its signature, and the type."""


def package_stem(agreement_id: str, deadline_id: str, recipient_id: str, revision: int) -> str:
    """Name a transfer: ``<agreement>_<deadline>_<recipient>_r<revision>``."""
    return f"{agreement_id}_{deadline_id}_{recipient_id}_r{revision}"


def package_name(stem: str, *, trial: bool) -> str:
    """Name a container; ``.ESSAI`` comes before the extension in a trial."""
    return f"{stem}.ESSAI.asice" if trial else f"{stem}.asice"


def ciphertext_name(stem: str) -> str:
    """Name the encrypted member."""
    return f"{stem}.csv.age"


def members_in_order(ciphertext: str) -> tuple[str, ...]:
    """Give every member of a container, in the one order."""
    return (MIMETYPE, ciphertext, MANIFEST, TABLE_SCHEMA, NOTICE, ASIC_MANIFEST, SIGNATURE)


def outbox_path(outbox: Path, recipient_id: str, stem: str, *, trial: bool) -> Path:
    """Say where the package of a transfer lies once published."""
    return outbox / recipient_id / package_name(stem, trial=trial)


def notice_path(package: Path) -> Path:
    """Say where the notice lies that stands in the place of a package taken back."""
    return package.with_suffix(NOTICE_SUFFIX)


def waiting_path(final: Path, epoch: int) -> Path:
    """Say under which name a package waits until it is verified and committed.

    One for each epoch: whoever lost the transfer to another touches no file but its own.
    """
    return final.with_name(f".{final.name}.{epoch}.part")


def waiting_paths(final: Path) -> Iterator[Path]:
    """Give what waits, or was left waiting, to become a package."""
    return final.parent.glob(f".{final.name}.*part")
