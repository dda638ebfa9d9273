"""Files without measure take no more memory than small ones, and files that move are noticed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange.packages.archive import ArchiveWriter
from exchange.packages.naming import members_in_order
from tests.fakes.local_exports import write_clean_export
from tests.fakes.people import LOCAL_COLUMNS
from tests.fakes.situation import DGEFP, Situation
from tests.hostile.commands import Role, words_for
from tests.hostile.hostile_files import Make, hole_of, one_line_of, rows_of, text_of
from tests.hostile.kept import kept
from tests.hostile.peak_memory import run_measured

_ALLOWED_MEBIBYTES = 40
_CHUNK = bytes(1 << 20)


@pytest.fixture(name="home", scope="module")
def _home(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    return published.copied_to(tmp_path_factory.mktemp("sizes"))


@pytest.fixture(name="usual_mebibytes", scope="module")
def _usual_mebibytes(home: Situation, tmp_path_factory: pytest.TempPathFactory) -> int:
    """What refusing a file of one line takes."""
    file = tmp_path_factory.mktemp("usual") / "source.csv"
    file.write_text("a;b\n", "utf-8")
    return run_measured(home.departement, "import", file, "--dry-run").peak_mebibytes


def _package_of_holes(mebibytes: int) -> Make:
    """Write a package of the one encoding whose ciphertext is nothing but zeros."""

    def make(path: Path, situation: Situation) -> None:
        stem = situation.package(DGEFP).name.removesuffix(".ESSAI.asice")
        with path.open("w+b") as file:
            writer = ArchiveWriter(file)
            for name in members_in_order(f"{stem}.csv.age"):
                sink = writer.begin(name)
                for _ in range(mebibytes if name.endswith(".age") else 0):
                    sink.write(_CHUNK)
                sink.close()
            writer.finish()

    return make


_WITHOUT_MEASURE = {
    "one line of 100 MiB": (Role.SOURCE, one_line_of(100)),
    "ten million columns": (Role.SOURCE, text_of(";" * 10_000_000)),
    "ten million cells in a row": (Role.SOURCE, rows_of("a;" * 10_000_000)),
    "a quote open for 30 MiB": (Role.SOURCE, rows_of('"' + "a;b\n" * (30 << 18))),
    "a package of 100 MiB of nothing": (Role.PACKAGE, _package_of_holes(100)),
    "a receipt of 1 GiB": (Role.RECEIPT, hole_of(1024)),
    "a key of 1 GiB": (Role.IDENTITY, hole_of(1024)),
}
_WITHOUT_MEASURE_BUT_SLOW = {
    "one line of 1 GiB": (Role.SOURCE, one_line_of(1024)),
    "300 000 rows, all refused": (Role.SOURCE, rows_of(*[";" * 7] * 300_000)),
    "a package of 2 GiB of nothing": (Role.PACKAGE, _package_of_holes(2048)),
}


@pytest.mark.parametrize(("role", "make"), _WITHOUT_MEASURE.values(), ids=_WITHOUT_MEASURE)
def test_a_file_without_measure_is_refused_in_little_memory(
    home: Situation, usual_mebibytes: int, tmp_path: Path, role: Role, make: Make
) -> None:
    _require_little_memory(home, usual_mebibytes, tmp_path, role, make)


@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "make"), _WITHOUT_MEASURE_BUT_SLOW.values(), ids=_WITHOUT_MEASURE_BUT_SLOW
)
def test_a_file_that_takes_long_is_refused_in_little_memory(
    home: Situation, usual_mebibytes: int, tmp_path: Path, role: Role, make: Make
) -> None:
    _require_little_memory(home, usual_mebibytes, tmp_path, role, make)


def _require_little_memory(
    home: Situation, usual_mebibytes: int, folder: Path, role: Role, make: Make
) -> None:
    file = folder / "file"
    make(file, home)

    measured = run_measured(home.departement, *words_for(role, file, home, folder / "out"))

    assert measured.answer.exit_code == 3, measured.answer
    assert "erreur : " in measured.answer.complaint
    assert measured.peak_mebibytes - usual_mebibytes < _ALLOWED_MEBIBYTES


def test_a_source_file_that_still_grows_is_not_loaded(fresh: Situation, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    write_clean_export(source, 3000)
    before = kept(fresh)

    with _growing(source):
        answer = fresh.departement.run("import", source, "--attest")

    assert answer.exit_code == 75, answer
    assert "a changé pendant sa lecture" in answer.complaint
    assert "attendez que l'export soit terminé" in answer.complaint
    assert kept(fresh) == before


@contextmanager
def _growing(path: Path) -> Iterator[None]:
    """Append a row every few milliseconds, as an export does that has not ended."""
    ended = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not ended.wait(0.002):
                file.write(b";" * (len(LOCAL_COLUMNS) - 1) + b"\r\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
