"""A file of an older format goes on meaning what it meant."""

import pytest

from schemas.agreement import AgreementError, read_agreement
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed, problems_of

_NEWEST = (
    ("format = 2\n", ""),
    ('import_mode = "complement"\n', ""),
    ('content = "all"\n', ""),
)
_OLD = changed(*_NEWEST)


def test_a_file_of_format_1_is_read_as_it_was_meant() -> None:
    agreement = read_agreement(_OLD.encode())

    assert (agreement.format, agreement.import_mode) == (2, "complement")
    assert (agreement.max_absent, agreement.approver_certificate) == (None, None)
    assert {deadline.id: deadline.content for deadline in agreement.deadlines} == {
        "enquete": "all",
        "bilan": None,
    }


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("version = 1\n", "version = 1\nmax_absent = 3\n"), "max_absent"),
        (("version = 1\n", 'version = 1\nimport_mode = "complement"\n'), "import_mode"),
        (("version = 1\n", 'version = 1\napprover_certificate = ""\n'), "approver_certificate"),
        (('kind = "survey"\n', 'kind = "survey"\ncontent = "all"\n'), "deadlines[0].content"),
        (
            ('view = "nominative" # recipients[1]', 'view_instruction = "envoyer"'),
            "recipients[1].view_instruction",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_newer_key_in_a_file_of_format_1_is_refused(change: tuple[str, str], path: str) -> None:
    [(found, sentence)] = problems_of(changed(change, text=_OLD))

    assert found == path
    assert "écrivez format = 2" in sentence


@pytest.mark.parametrize("written", ["1", "3", '"2"', "true"])
def test_a_format_that_is_not_known_is_refused(written: str) -> None:
    [(path, sentence)] = problems_of(changed(("format = 2", f"format = {written}")))

    assert path == "format"
    assert "écrivez format = 2" in sentence


@pytest.mark.parametrize("broken", ['deadlines = "x"', "deadlines = [1]", "recipients = [[1]]"])
def test_a_broken_file_of_format_1_is_refused_by_its_tables(broken: str) -> None:
    with pytest.raises(AgreementError):
        read_agreement(f"id = 'x'\n{broken}\n".encode())


def test_the_plain_agreement_is_of_the_newest_format() -> None:
    assert read_agreement(PLAIN.encode()).format == 2


def test_what_is_missing_of_an_empty_file_is_said_in_french() -> None:
    problems = dict(problems_of(""))

    assert "cette clé manque" in problems["deadlines"]
