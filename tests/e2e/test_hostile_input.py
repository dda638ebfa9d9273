"""Whatever is put where a file, a folder or a word belongs: a French sentence, no traceback.

Nothing here may echo a cell of a file, obey an escape in a name, or wait for ever.
"""

import os
import re
import shutil
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.people import LOCAL_COLUMNS
from tests.fakes.private_mounts import read_only, run_with_mounts
from tests.fakes.situation import DGEFP, PROVIDER, Situation

Run = Callable[..., Answer]
Make = Callable[[Path], object]

_CELL = "Ornithorynque"
_HEADER = ";".join(LOCAL_COLUMNS.values())
_ROW = f"{_CELL};Zoé;12/03/1971;04/05/2022;;;4 rue {_CELL};62000"
_MEBIBYTE = 1 << 20
_ENGLISH = re.compile(r"Traceback|Exception|Error|No such|denied|Invalid|Usage|\bnot\b|Is a ")


@pytest.fixture(name="shared", scope="module")
def _shared(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    """A home that has sent, for refusals only: they leave nothing but evidence."""
    return published.copied_to(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(name="run")
def _run(
    shared: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    return partial(CommandHere(monkeypatch, capfd).run, shared.departement.home)


def _require_clean_refusal(answer: Answer) -> None:
    said = answer.output + answer.complaint
    assert answer.exit_code not in {0, -9}, said
    assert "erreur : " in answer.complaint
    assert _ENGLISH.search(said) is None, said
    assert _CELL not in said
    assert "\x1b" not in said


def _workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<v>{_CELL}</v>")


def _text(content: str, encoding: str = "utf-8") -> Make:
    return lambda path: path.write_bytes(content.encode(encoding))


def _loop(path: Path) -> None:
    path.symlink_to(path)


_SOURCES: dict[str, Make] = {
    "a folder": lambda path: path.mkdir(),
    "nothing": lambda _path: None,
    "a workbook": _workbook,
    "a PDF": _text(f"%PDF-1.7 {_CELL}"),
    "UTF-16": _text(f"{_HEADER}\r\n{_ROW}\r\n", "utf-16"),
    "an empty file": _text(""),
    "a header only": _text(f"{_HEADER}\n"),
    "a header whose columns come twice": _text(f"{_HEADER};{_HEADER}\n{_ROW};{_ROW}\n"),
    "300 columns": _text(f"{_CELL};" * 299 + f"{_CELL}\n" + f"{_CELL};" * 299 + f"{_CELL}\n"),
    "no header": _text(f"{_ROW}\n{_ROW}\n"),
    "an unclosed quote": _text(f'{_HEADER}\n"{_ROW}\n' + f"{_ROW}\n" * 5000),
    "NUL bytes only": _text("\0" * 5000),
    "NUL bytes in every cell": _text(f"{_HEADER}\n" + _ROW.replace(";", "\0;") + "\n"),
    "one line of 30 MB": _text(f"{_CELL};" * (30 * _MEBIBYTE // 14)),
    "one cell of 30 MB": _text(f"{_HEADER}\n{_ROW}{_CELL * (30 * _MEBIBYTE // 13)}\n"),
    "random bytes": lambda path: path.write_bytes(os.urandom(5000)),
    "a link to itself": _loop,
    "a pipe nobody writes to": os.mkfifo,
}


@pytest.mark.parametrize("make", _SOURCES.values(), ids=_SOURCES)
def test_an_import_of_what_is_no_export_is_refused(run: Run, tmp_path: Path, make: Make) -> None:
    source = tmp_path / "source.csv"
    make(source)
    report = tmp_path / "report.csv"

    answer = run("import", source, "--attest", "--report", report)

    _require_clean_refusal(answer)
    assert not report.exists() or _CELL not in report.read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [b"evil\x1b[31m\x07.csv", b"two\nerreur : non.csv", b"\xff\xfe.csv", b"right\xe2\x80\xaeleft"],
)
def test_the_name_of_a_file_is_never_obeyed_by_a_terminal(
    shared: Situation, tmp_path: Path, name: bytes
) -> None:
    source = tmp_path / os.fsdecode(name)
    shutil.copy(shared.source, source)

    answer = shared.departement.run("import", source, "--dry-run")

    assert answer.exit_code == 0
    assert "en clair : " in answer.complaint
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", answer.complaint) is None
    assert re.search("^erreur : non", answer.complaint, re.MULTILINE) is None


@pytest.mark.parametrize("name", [b"evil\x1b[31m", b"two\nerreur : non", b"\xff\xfe"])
def test_the_name_of_a_folder_hinders_no_opening_and_is_not_obeyed(
    run: Run, shared: Situation, tmp_path: Path, name: bytes
) -> None:
    opened = run(*_opening(shared, out=tmp_path / os.fsdecode(name)))
    again = run(*_opening(shared, out=tmp_path / os.fsdecode(name)))

    assert opened.exit_code == 0, opened.complaint
    _require_clean_refusal(again)
    assert re.search("^erreur : non", again.complaint, re.MULTILINE) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_the_right_to_read_it_is_refused(
    run: Run, shared: Situation, tmp_path: Path
) -> None:
    source = tmp_path / "source.csv"
    shutil.copy(shared.source, source)
    source.chmod(0)

    _require_clean_refusal(run("import", source, "--dry-run"))


_AGREEMENTS: dict[str, Make] = {
    "a folder": lambda path: path.mkdir(),
    "nothing": lambda _path: None,
    "an empty file": _text(""),
    "random bytes": lambda path: path.write_bytes(os.urandom(5000)),
    "10 MB of TOML": _text(f"# {_CELL}\n" * (10 * _MEBIBYTE // 16)),
    "deeply nested TOML": _text("a = " + "[" * 5000 + "]" * 5000),
    "a link to itself": _loop,
}


@pytest.mark.parametrize("make", _AGREEMENTS.values(), ids=_AGREEMENTS)
@pytest.mark.parametrize("verb", ["check", "load"])
def test_an_agreement_that_is_none_is_refused(
    run: Run, tmp_path: Path, verb: str, make: Make
) -> None:
    agreement = tmp_path / "agreement.toml"
    make(agreement)

    _require_clean_refusal(run("agreement", verb, agreement))


_DOCUMENTS: dict[str, Make] = {
    "a folder": lambda path: path.mkdir(),
    "an empty file": _text(""),
    "a text": _text(_ROW),
    "random bytes": lambda path: path.write_bytes(os.urandom(5000)),
    "40 MB of zeros": lambda path: path.write_bytes(bytes(40 * _MEBIBYTE)),
    "a ZIP": _workbook,
}


@pytest.mark.parametrize("make", _DOCUMENTS.values(), ids=_DOCUMENTS)
def test_a_receipt_that_is_none_is_refused(run: Run, tmp_path: Path, make: Make) -> None:
    receipt = tmp_path / "receipt.p7m"
    make(receipt)

    _require_clean_refusal(run("receipt", receipt))


@pytest.mark.parametrize("make", _DOCUMENTS.values(), ids=_DOCUMENTS)
def test_a_package_that_is_none_is_not_opened(
    run: Run, shared: Situation, tmp_path: Path, make: Make
) -> None:
    package = tmp_path / "package.asice"
    make(package)

    _require_clean_refusal(run(*_opening(shared, package=package, out=tmp_path / "out")))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("make", _DOCUMENTS.values(), ids=_DOCUMENTS)
def test_an_identity_that_is_none_opens_nothing(
    run: Run, shared: Situation, tmp_path: Path, make: Make
) -> None:
    identity = tmp_path / "identity.txt"
    make(identity)

    _require_clean_refusal(run(*_opening(shared, identity=identity, out=tmp_path / "out")))


@pytest.mark.parametrize("make", _DOCUMENTS.values(), ids=_DOCUMENTS)
def test_a_sender_s_certificate_that_is_none_opens_nothing(
    run: Run, shared: Situation, tmp_path: Path, make: Make
) -> None:
    certificate = tmp_path / "dept.pem"
    make(certificate)

    _require_clean_refusal(run(*_opening(shared, certificate=certificate, out=tmp_path / "out")))


def test_certificates_that_are_swapped_open_and_sign_nothing(
    run: Run, shared: Situation, tmp_path: Path
) -> None:
    own = shared.keys(DGEFP) / "receipt-cert.pem"
    seal = shared.departement.seal_certificate

    opened = run(*_opening(shared, certificate=own, out=tmp_path / "out"))
    signed = run(
        *("acknowledge", shared.package(DGEFP)),
        *("--key", shared.keys(DGEFP) / "receipt-key.pem", "--cert", seal),
        *("--sender-cert", seal, "--out", tmp_path / "receipt.p7m"),
    )

    _require_clean_refusal(opened)
    _require_clean_refusal(signed)


def test_a_package_for_another_is_not_opened(run: Run, shared: Situation, tmp_path: Path) -> None:
    identity = shared.keys(PROVIDER) / "identity.txt"

    _require_clean_refusal(run(*_opening(shared, identity=identity, out=tmp_path / "out")))


@pytest.mark.parametrize("place", ["missing/out.p7m", "file/out.p7m", "", "." * 300])
def test_an_answer_that_cannot_be_written_is_refused(
    run: Run, shared: Situation, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").touch()

    answer = run(
        *("acknowledge", shared.package(DGEFP)),
        *(*shared.signing(DGEFP), "--out", tmp_path / place),
    )

    _require_clean_refusal(answer)


def test_nothing_is_written_into_a_read_only_folder(shared: Situation, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    mounts = read_only(folder)

    opened = run_with_mounts(shared.departement, mounts, *_opening(shared, out=folder / "opened"))
    proved = run_with_mounts(
        shared.departement, mounts, "audit", "prove", "0", "--out", folder / "proof"
    )
    judged = run_with_mounts(
        *(shared.departement, mounts, "import", shared.source, "--dry-run"),
        *("--report", folder / "report.csv"),
    )

    for answer in (opened, proved, judged):
        _require_clean_refusal(answer)


@pytest.mark.parametrize(
    "words",
    [
        ("due", "--as-of", "31/01/2023"),
        ("due", "--as-of", "0000-00-00"),
        ("due", "--as-of", "9999-12-31"),
        ("due", "--as-of", "0001-01-01"),
        ("purge", "--as-of", "demain"),
        ("purge", "--as-of", "2023-09-30", "--for-real"),
        ("export", "--as-of", "2023-01-31", "--for-real"),
        ("export", "--deadline", "\x1b[31mrouge"),
        ("export", "--agreement", "inconnue"),
        ("clock", "set", "hier"),
        ("clock", "set", "0001-01-01"),
        ("clock", "set", "9999-12-31T23:59"),
        ("clock", "set", "2023-01-31T10:00+99:00"),
        ("deadline", "ready", "inconnue"),
        ("transfer", "show", "../../etc/passwd"),
        ("held", "release", "99999999999999999999999", "--reason", "instruction"),
        ("held", "release", "-1", "--reason", "instruction"),
        ("audit", "prove", "99999999999999999999999", "--out", "proof"),
        ("audit", "list", "--from", "99999999999999999999999"),
        ("agreement",),
        ("inconnue",),
        ("import",),
        ("status", "--inconnue"),
    ],
    ids=" ".join,
)
def test_words_that_mean_nothing_are_refused(
    run: Run, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    answer = run(*words)

    said = answer.output + answer.complaint
    assert "Traceback" not in said
    assert "\x1b" not in said


def _opening(
    situation: Situation,
    *,
    out: Path,
    package: Path | None = None,
    identity: Path | None = None,
    certificate: Path | None = None,
) -> tuple[str | Path, ...]:
    return (
        *("open", package or situation.package(DGEFP), "--accept-trial"),
        *("--identity", identity or situation.keys(DGEFP) / "identity.txt"),
        *("--sender-cert", certificate or situation.departement.seal_certificate),
        *("--out", out),
    )
