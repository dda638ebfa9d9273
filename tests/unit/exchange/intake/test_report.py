import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest

from exchange.errors import RefusedError
from exchange.intake.report import RefusalReport
from schemas.annex_e import Finding, RuleCode

_FINDINGS = [
    Finding(0, "", RuleCode.FICHIER_SEUIL_REFUS),
    Finding(2, "nom", RuleCode.CHAMP_OBLIGATOIRE),
    Finding(2, "courriel", RuleCode.COURRIEL_FORMAT),
    Finding(3, "date_entree", RuleCode.ENTREE_HORS_PERIODE),
    Finding(4, "", RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE),
]


def _report(path: Path | None, findings: list[Finding]) -> str:
    """Write a finished report and give its JSON."""
    stream = io.StringIO()
    with RefusalReport(path) as report:
        for finding in findings:
            report.add(finding)
        report.finish()
        report.write_json(stream, {})
    return stream.getvalue()


def test_the_report_is_the_csv_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "refus.csv"

    _report(path, _FINDINGS)

    content = path.read_bytes()
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert content.startswith(
        b'\xef\xbb\xbf"ligne";"colonne";"niveau";"code";"message";"conseil"\r\n'
    )
    assert header == ["ligne", "colonne", "niveau", "code", "message", "conseil"]
    assert [(line[0], line[1], line[3]) for line in lines] == [
        (str(f.line or ""), f.column, f.code.value) for f in _FINDINGS
    ]
    assert lines[1][4:] == [RuleCode.CHAMP_OBLIGATOIRE.message, RuleCode.CHAMP_OBLIGATOIRE.hint]


@pytest.mark.parametrize("name", ["refus.csv", None])
def test_json_lists_every_finding_with_or_without_a_file(tmp_path: Path, name: str | None) -> None:
    document = json.loads(_report(tmp_path / name if name else None, _FINDINGS))

    assert document["lines"][1] == {
        "line": 2,
        "column": "nom",
        "level": "row",
        "code": "CHAMP_OBLIGATOIRE",
    }
    assert [(line["line"], line["level"]) for line in document["lines"]] == [
        (0, "file"),
        (2, "row"),
        (2, "row"),
        (3, "held"),
        (4, "warning"),
    ]
    assert document["counts"]["COURRIEL_FORMAT"] == 1


def test_json_of_a_faultless_file_lists_nothing() -> None:
    assert json.loads(_report(None, [])) == {"lines": [], "counts": {}}


def test_every_code_survives_the_way_to_json(tmp_path: Path) -> None:
    findings = [Finding(number, "", code) for number, code in enumerate(RuleCode)]

    document = json.loads(_report(tmp_path / "refus.csv", findings))

    assert [line["code"] for line in document["lines"]] == [code.value for code in RuleCode]


def test_an_unfinished_report_leaves_nothing(tmp_path: Path) -> None:
    with RefusalReport(tmp_path / "refus.csv") as report:
        report.add(_FINDINGS[0])

    assert list(tmp_path.iterdir()) == []


def test_an_earlier_report_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "refus.csv"
    _report(path, _FINDINGS)

    _report(path, _FINDINGS[:1])

    assert path.read_bytes().count(b"\r\n") == 2
    assert list(tmp_path.iterdir()) == [path]


def test_an_earlier_report_stays_until_the_new_one_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "refus.csv"
    _report(path, _FINDINGS)
    before = path.read_bytes()

    with RefusalReport(path) as report:
        report.add(_FINDINGS[0])

    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"prenom;nom\r\nAnne;Petit\r\n", b""])
def test_another_file_than_a_report_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "beneficiaires.csv"
    path.write_bytes(content)

    with pytest.raises(RefusedError, match="n'est pas un rapport"), RefusalReport(path):
        pass

    assert path.read_bytes() == content


def test_a_report_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(RefusedError, match="le dossier du rapport des refus n'existe pas"),
        RefusalReport(tmp_path / "absent" / "refus.csv"),
    ):
        pass


def test_a_report_at_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="n'est pas un rapport"), RefusalReport(tmp_path):
        pass


def test_fifty_thousand_findings_cost_no_memory(tmp_path: Path) -> None:
    tracemalloc.start()

    with (
        RefusalReport(tmp_path / "refus.csv") as report,
        (tmp_path / "refus.json").open("w", encoding="utf-8") as stream,
    ):
        for line in range(50_000):
            report.add(Finding(line, "nom", RuleCode.CHAMP_OBLIGATOIRE))
        report.finish()
        report.write_json(stream, {})
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert report.counts == {RuleCode.CHAMP_OBLIGATOIRE: 50_000}
    assert len(report.first_findings) == 20
    assert peak_bytes < 1 << 20
