from datetime import date

import pytest

from schemas.agreement import log_end, packages_end, read_agreement, records_end
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed, the_problem_of


def test_each_end_is_counted_from_what_its_rule_names() -> None:
    agreement = read_agreement(PLAIN.encode())

    assert records_end(agreement) == date(2023, 3, 2)  # 30 days after 31 January
    assert packages_end(agreement) == date(2024, 2, 15)  # at_latest; 60 days would be 29 February
    assert log_end(agreement) == date(2025, 2, 14)  # 365 days after the packages went


def test_at_latest_ends_what_a_duration_would_keep() -> None:
    text = changed(
        ("at_latest = 2023-09-30", "at_latest = 2023-02-10"),
        ("at_latest = 2025-03-31", "at_latest = 2024-12-31"),
    )

    agreement = read_agreement(text.encode())

    assert records_end(agreement) == date(2023, 2, 10)
    assert log_end(agreement) == date(2024, 12, 31)


def test_only_surveys_make_the_last_due_date() -> None:
    agreement = read_agreement(changed(("due = 2023-04-28", "due = 2023-11-30")).encode())

    assert records_end(agreement) == date(2023, 3, 2)


@pytest.mark.parametrize("day", ["2023-01-30", "2023-01-31"])
def test_a_retention_of_records_before_the_last_due_date_is_refused(day: str) -> None:
    path, sentence = the_problem_of(("at_latest = 2023-09-30", f"at_latest = {day}"))

    assert path == "retention.records.at_latest"
    assert "ne suit pas la dernière échéance d'enquête (31/01/2023)" in sentence


def test_a_retention_of_packages_before_the_last_due_date_is_refused() -> None:
    path, sentence = the_problem_of(("at_latest = 2024-02-15", "at_latest = 2023-01-15"))

    assert path == "retention.packages.at_latest"
    assert "ne suit pas la dernière échéance d'enquête" in sentence


def test_a_retention_that_ends_before_it_is_counted_is_refused() -> None:
    path, sentence = the_problem_of(("at_latest = 2024-02-15", "at_latest = 2023-12-30"))

    assert path == "retention.packages.at_latest"
    assert "ne suit pas le jour d'où part la durée (31/12/2023)" in sentence


def test_a_log_that_ends_before_the_destruction_it_proves_is_refused() -> None:
    path, sentence = the_problem_of(("at_latest = 2025-03-31", "at_latest = 2024-02-15"))

    assert path == "retention.log.at_latest"
    assert "ne suit pas la destruction dont elles gardent la preuve (15/02/2024)" in sentence


@pytest.mark.parametrize("days", [1, 180, 367, 1095])
def test_a_log_retention_outside_six_to_twelve_months_without_reason_is_refused(days: int) -> None:
    path, sentence = the_problem_of(("days = 365", f"days = {days}"))

    assert path == "retention.log.days"
    assert "la CNIL recommande" in sentence


@pytest.mark.parametrize(
    "lines", ["days = 181", "days = 366", 'days = 1095\nreason = "Contrôle interne documenté"']
)
def test_a_log_retention_inside_six_to_twelve_months_or_with_reason_is_accepted(lines: str) -> None:
    assert read_agreement(changed(("days = 365", lines)).encode()).retention.log.days


def test_a_visa_without_reference_is_refused() -> None:
    path, sentence = the_problem_of(('status = "duplicate"', 'status = "visa"'))

    assert path == "retention.archives.reference"
    assert sentence.startswith("écrivez la référence du visa")


def test_an_archives_status_that_is_missing_is_refused() -> None:
    path, sentence = the_problem_of(('status = "duplicate"\n', 'reference = "Courrier 12"\n'))

    assert path == "retention.archives.status"
    assert sentence.startswith("cette clé manque")


def test_a_visa_with_its_reference_is_accepted() -> None:
    text = changed(('status = "duplicate"', 'status = "visa"\nreference = "AD99-2023-1"'))

    assert read_agreement(text.encode()).retention.archives.reference == "AD99-2023-1"
