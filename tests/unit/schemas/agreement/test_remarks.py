from datetime import date

import pytest

from schemas.agreement import read_agreement, recipient_fingerprint, warnings_of
from schemas.agreement.working_days import day_off
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
