"""No plaintext: canaries searched in every file the service wrote, in every form they take.

The source file and what the recipients opened are left out: those are in clear by nature.
"""

import base64
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.people import people, write_local_export
from tests.fakes.situation import DEADLINE, Situation

CANARIES = (
    "Ornithorynque",
    "Xylophoniste",
    "Crépusculaire",
    "Hétéroclitement",
    "bibliothecaire.quixotique",
    "Anticonstitutionnellement",
)
_ROWS = (
    {
        "nom": CANARIES[0],
        "prenom": CANARIES[2],
        "date_naissance": "12/03/1971",
        "adresse": f"4 rue {CANARIES[5]}",
        "code_postal": "62000",
        "courriel": f"{CANARIES[4]}@exemple.fr",
        "telephone": "0612345678",
        "date_entree": "04/05/2022",
    },
    {
        # Held: it entered before the actions.
        "nom": CANARIES[1],
        "prenom": "Zoé",
        "date_naissance": "13/04/1972",
        "adresse": f"5 rue {CANARIES[3]}",
        "code_postal": "62000",
        "courriel": "",
        "telephone": "0612345679",
        "date_entree": "04/05/2020",
    },
    {
        # Refused: its birth date does not exist.
        "nom": CANARIES[0],
        "prenom": CANARIES[3],
        "date_naissance": "31/02/1973",
        "adresse": f"6 rue {CANARIES[1]}",
        "code_postal": "62000",
        "courriel": "",
        "telephone": "",
        "date_entree": "04/05/2022",
    },
)


@dataclass(frozen=True, slots=True)
class Needle:
    """One form of one canary."""

    canary: str
    form: str
    data: bytes


def test_the_search_finds_each_canary_in_each_form_when_planted(tmp_path: Path) -> None:
    for number, needle in enumerate(_needles()):
        planted = tmp_path / f"{number}.bin"
        planted.write_bytes(b"\x00\x01 before " + needle.data + b" after \xff")

        assert needle.canary in _found_in(planted), needle


def test_the_search_finds_a_canary_in_a_deflated_stream(tmp_path: Path) -> None:
    planted = tmp_path / "deflated.bin"
    planted.write_bytes(b"junk" + zlib.compress(f"text {CANARIES[2]} text".encode()) + b"junk")

    assert CANARIES[2] in _found_in(planted)


def test_the_search_finds_a_canary_in_a_deflated_zip_member(tmp_path: Path) -> None:
    planted = tmp_path / "planted.zip"
    with zipfile.ZipFile(planted, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", f"text {CANARIES[3]} text" * 5)

    assert CANARIES[3] in _found_in(planted)


def test_the_service_writes_no_plaintext_anywhere(fresh: Situation) -> None:
    source = fresh.folder / "canaries.csv"
    # Among others, so that the share of refused rows stays under the threshold.
    write_local_export(source, [*_ROWS, *people(50, seed=7)])
    departement = fresh.departement
    report = fresh.folder / "written/refus.csv"
    report.parent.mkdir()
    outputs = [departement.run("import", source, "--dry-run", "--report", report)]
    outputs.append(departement.run("import", source, "--attest", "--report", report))
    outputs.append(departement.run("import", source, "--attest", "--json"))
    outputs.append(departement.run("held", "list"))
    line = _held_line(fresh)
    outputs.append(departement.run("held", "release", line, "--reason", "instruction"))
    outputs.append(departement.run("export", "--deadline", DEADLINE, "--for-real"))
    outputs.append(departement.run("audit", "list", "--json"))
    assert [answer.exit_code for answer in outputs] == [0] * len(outputs)
    (fresh.folder / "written/output.txt").write_text(
        "".join(answer.output + answer.complaint for answer in outputs), "utf-8"
    )

    found = {
        str(path.relative_to(fresh.folder)): names
        for path in _written_by_the_service(fresh, source)
        if (names := _found_in(path))
    }

    assert found == {}


def _held_line(situation: Situation) -> str:
    held = json.loads(situation.departement.do("held", "list", "--json"))
    return str(held[0]["line"])


def _written_by_the_service(situation: Situation, source: Path) -> Iterator[Path]:
    """Every file in the home, beside it, and in TMPDIR, but the sources."""
    for path in situation.folder.rglob("*"):
        if path.is_file() and path not in {source, situation.source}:
            yield path


def _needles() -> Iterator[Needle]:
    for canary in CANARIES:
        yield Needle(canary, "utf-8", canary.encode())
        yield Needle(canary, "utf-16", canary.encode("utf-16-le"))
        yield Needle(canary, "windows-1252", canary.encode("cp1252"))
        yield Needle(canary, "json", json.dumps(canary)[1:-1].encode())
        for encoding in ("utf-8", "utf-16-le", "cp1252"):
            for shift in range(3):
                encoded = base64.b64encode(b"\0" * shift + canary.encode(encoding) + b"\0" * 3)
                # Without the characters that depend on what surrounds the canary.
                found = encoded[4 if shift else 0 : -8]
                yield Needle(canary, f"base64+{shift} {encoding}", found)
        yield Needle(canary, "upper", canary.upper().encode())
        yield Needle(canary, "lower", canary.lower().encode())


def _found_in(path: Path) -> set[str]:
    data = path.read_bytes()
    haystacks = [data, *_inflated(data)]
    return {n.canary for n in _needles() for hay in haystacks if n.data in hay}


def _inflated(data: bytes) -> Iterator[bytes]:
    """Everything in a file that inflates: zlib and gzip streams, and deflated ZIP members."""
    headers = rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08"
    starts = [(m.start(), window) for m in re.finditer(headers, data) for window in (15, 31)]
    for member in re.finditer(rb"PK\x03\x04", data):
        name_length, extra_length = struct.unpack_from("<HH", data, member.start() + 26)
        starts.append((member.start() + 30 + name_length + extra_length, -15))
    for start, window in starts:
        try:
            yield zlib.decompressobj(window).decompress(data[start:], 10_000_000)
        except zlib.error:
            continue
