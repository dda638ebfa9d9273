"""Made the vectors in ``tests/vectors/package`` once; kept to make those of a next format.

``python -m tests.unit.exchange.packages.vectors`` writes them anew, with other keys.
"""

import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

from exchange.packages.csv_rows import csv_chunks
from tests.unit.exchange.packages.hostile import HOSTILE, loot, unpack
from tests.unit.exchange.packages.specimen import DGEFP, PROVIDER, Correspondence, rows_for

FOLDER = Path(__file__).parents[3] / "vectors/package"
_CHOSEN = (
    "rows replaced",
    "rows replaced and listed anew",
    "list and signature of another package",
    "signature replaced",
    "notice removed",
    "member added",
    "second rows added before the first",
    "rows renamed",
    "schema and notice swapped",
    "signed again under the sender's name",
    "bringing its own certificate",
    "signature around another text of the sender",
)


def write_vectors(folder: Path) -> None:
    """Write good packages for both kinds of keys, altered ones, and what to make of each."""
    with tempfile.TemporaryDirectory() as home:
        correspondence = Correspondence(Path(home))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sender.pem").write_bytes(correspondence.seal.certificate.pem)
        recipients = {PROVIDER: correspondence.provider, DGEFP: correspondence.dgefp}
        for recipient_id, ministry in recipients.items():
            shutil.copy(ministry.folder / "identity.txt", folder / f"{recipient_id}.identity.txt")
            rows = csv_chunks(correspondence.plan(recipient_id).columns, rows_for(recipient_id))
            expected = b"".join(chunk for chunk, _ in rows)
            (folder / f"expected-{recipient_id}.csv").write_bytes(expected)
        packages = _good(correspondence) | _altered(correspondence)
    index = [
        {"file": name, "reader": reader, "verdict": verdict, "what": what}
        for name, (reader, verdict, what, _) in packages.items()
    ]
    for name, (*_, content) in packages.items():
        (folder / name).write_bytes(content)
    text = json.dumps(index, indent=1, ensure_ascii=False)
    (folder / "index.json").write_text(f"{text}\n", "utf-8")


def _good(correspondence: Correspondence) -> dict[str, tuple[str, str, str, bytes]]:
    return {
        f"good-{kind}.asice": (reader, "opens", what, correspondence.package(reader))
        for kind, reader, what in (
            ("x25519", PROVIDER, "two rows, classical key"),
            ("hybrid", DGEFP, "two rows with references, post-quantum key"),
        )
    }


def _altered(correspondence: Correspondence) -> dict[str, tuple[str, str, str, bytes]]:
    held = loot(correspondence)
    contents = {what: HOSTILE[what](held) for what in _CHOSEN}
    good = correspondence.package(PROVIDER)
    contents["the same members by another zip writer"] = _by_another_writer(good)
    contents["something behind the archive"] = good + b"\n"
    return {
        f"refused-{number:02}.asice": (PROVIDER, "refused", what, content)
        for number, (what, content) in enumerate(contents.items(), 1)
    }


def _by_another_writer(package: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in unpack(package).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


if __name__ == "__main__":
    write_vectors(FOLDER)
