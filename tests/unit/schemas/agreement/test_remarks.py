from datetime import date

import pytest

from schemas.agreement import read_agreement, recipient_fingerprint, warnings_of
from schemas.agreement.working_days import day_off, working_days_after
from tests.unit.schemas.agreement.plain_agreement import (
    CLASSICAL_KEY,
    OTHER_POST_QUANTUM_KEY,
    changed,
)


def _remarks(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    agreement = read_agreement(changed(*changes).encode())
    return [(remark.path, remark.sentence) for remark in warnings_of(agreement)]


def test_an_agreement_without_oddity_has_no_warning() -> None:
    assert _remarks() == []


def test_a_due_date_that_is_no_working_day_is_a_warning() -> None:
    [(path, sentence)] = _remarks(("due = 2023-01-31", "due = 2023-07-30"))

    assert path == "deadlines[0].due"
    assert sentence.startswith("l'échéance du 30/07/2023 tombe un dimanche")


@pytest.mark.parametrize(
    ("send_by", "due", "sentences"),
    [
        ("2023-01-27", "2023-01-31", []),
        ("2023-01-30", "2023-01-31", ["ne laisse qu'un jour ouvré"]),
        ("2023-01-31", "2023-01-31", ["ne laisse aucun jour ouvré"]),
        ("2023-01-29", "2023-01-31", ["tombe un dimanche : si l'envoi échoue"]),
        ("2023-01-28", "2023-01-30", ["tombe un samedi", "ne laisse qu'un jour ouvré"]),
        ("2023-04-07", "2023-04-11", ["ne laisse qu'un jour ouvré"]),  # Easter Monday between
    ],
)
def test_a_last_day_to_send_that_leaves_no_room_is_a_warning(
    send_by: str, due: str, sentences: list[str]
) -> None:
    remarks = _remarks(
        ("send_by = 2023-01-27", f"send_by = {send_by}"), ("due = 2023-01-31", f"due = {due}")
    )

    assert {path for path, _ in remarks} <= {"deadlines[0].send_by"}
    assert [part for part, (_, said) in zip(sentences, remarks, strict=True) if part in said] == (
        sentences
    )


def test_a_report_may_be_handed_over_on_its_last_day() -> None:
    assert _remarks(("send_by = 2023-04-27", "send_by = 2023-04-28")) == []


@pytest.mark.parametrize(
    ("day", "last", "count"),
    [
        (date(2023, 1, 27), date(2023, 1, 31), 2),
        (date(2023, 1, 31), date(2023, 1, 31), 0),
        (date(2022, 12, 30), date(2023, 1, 3), 2),
        (date(2023, 4, 28), date(2023, 5, 9), 5),
        (date(2024, 2, 28), date(2024, 3, 1), 2),
    ],
)
def test_days_that_are_worked_are_counted(day: date, last: date, count: int) -> None:
    assert working_days_after(day, last) == count


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2023, 7, 29), "un samedi"),
        (date(2023, 7, 30), "un dimanche"),
        (date(2023, 7, 14), "un jour férié (Fête nationale)"),
        (date(2024, 4, 1), "un jour férié (Lundi de Pâques)"),
        (date(2023, 4, 7), None),  # Good Friday: Alsace-Moselle alone
        (date(2022, 12, 26), None),  # idem
        (date(2023, 1, 31), None),
    ],
)
def test_week_ends_and_national_holidays_are_not_worked(day: date, why: str | None) -> None:
    assert day_off(day) == why


def test_a_reason_that_a_post_quantum_key_does_not_need_is_a_warning() -> None:
    [(path, sentence)] = _remarks(
        (CLASSICAL_KEY, OTHER_POST_QUANTUM_KEY),
        (recipient_fingerprint(CLASSICAL_KEY), recipient_fingerprint(OTHER_POST_QUANTUM_KEY)),
    )

    assert path == "recipients[1].classical_reason"
    assert "retirez-la" in sentence


def test_a_deadline_under_an_instruction_that_ends_before_is_a_warning() -> None:
    remarks = _remarks(("date = 2022-12-01", "date = 2022-12-01\nended_on = 2023-01-31"))

    assert [path for path, _ in remarks] == ["deadlines[0].instruction", "deadlines[1].instruction"]
    assert "prend fin le 31/01/2023 : rien ne partira ensuite" in remarks[0][1]


def test_a_deadline_to_a_recipient_that_ends_before_is_a_warning() -> None:
    [(path, sentence)] = _remarks(
        (
            "fingerprint_checked_on = 2022-12-06",
            "fingerprint_checked_on = 2022-12-06\nended_on = 2023-01-20",
        )
    )

    assert path == "deadlines[0].recipients[1]"
    assert sentence.startswith("prestataire cesse d'être destinataire le 20/01/2023")
