"""The ten people of a test: valid, obviously invented, and unguessable."""

from dataclasses import replace
from datetime import date

import pytest

from exchange.transfers.specimens import specimens
from keys.pseudonyms import is_reference
from schemas.agreement import Recipient, read_agreement
from schemas.annex_e import COLUMNS, JudgingContext, SourceRow, judge
from tests.unit.schemas.agreement.plain_agreement import PLAIN

_ENTERED, _AT = date(2021, 1, 1), date(2023, 1, 10)


@pytest.fixture(name="recipient", scope="module")
def _recipient() -> Recipient:
    bare = read_agreement(PLAIN.encode()).recipients[0]
    return replace(bare, view="nominative", reference_instruction=None)


def test_the_people_of_a_test_are_valid_as_they_stand(recipient: Recipient) -> None:
    rows = specimens(recipient, _ENTERED, _AT)
    context = JudgingContext(_AT, _ENTERED, _AT, ("62",))

    verdicts = judge([SourceRow(n, row) for n, row in enumerate(rows, 2)], context)

    assert len(rows) == 10
    assert [verdict.findings for verdict in verdicts] == [()] * 10
    assert [v.record.cells() for v in verdicts if v.record] == list(rows)


def test_nobody_could_take_them_for_real_people(recipient: Recipient) -> None:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in specimens(recipient, _ENTERED, _AT)]

    assert {row["nom"] for row in rows} == {"ESSAI"}
    assert all(row["courriel"].endswith("@example.org") for row in rows)
    assert all(row["telephone"].startswith("+3335301") for row in rows)


@pytest.mark.parametrize("view", ["nominative", "referenced", "pseudonymised"])
def test_every_row_holds_a_secret_of_its_own_in_every_view(recipient: Recipient, view: str) -> None:
    asked = {
        "nominative": recipient,
        "referenced": replace(recipient, reference_instruction="envoyer"),
        "pseudonymised": replace(recipient, view="pseudonymised"),
    }[view]

    first, second = specimens(asked, _ENTERED, _AT), specimens(asked, _ENTERED, _AT)

    assert len(set(first) | set(second)) == 20
    if view != "nominative":
        references = [cell for row in first for cell in row if is_reference(cell)]
        assert len(set(references)) == 10
