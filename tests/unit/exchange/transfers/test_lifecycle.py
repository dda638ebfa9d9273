from pathlib import Path

import pytest

from exchange.errors import RefusedError
from exchange.transfers.lifecycle import (
    STATE_LABELS,
    TRANSITIONS,
    UNDER_WAY,
    TransferState,
    TransferStep,
    diagram,
    next_state,
)
from tests.documents import compare_or_rewrite

_DOCUMENT = Path(__file__).parents[4] / "docs/transfers.md"
_EVERY_PAIR = [(state, step) for state in TransferState for step in TransferStep]


@pytest.mark.parametrize(("state", "step"), _EVERY_PAIR)
def test_a_step_leads_where_the_table_says_or_is_refused(
    state: TransferState, step: TransferStep
) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) == TRANSITIONS[state, step]
    else:
        with pytest.raises(RefusedError, match="n'admet pas cette étape"):
            next_state(state, step)


def test_every_state_can_be_reached_and_has_a_french_name() -> None:
    reached = {TransferState.PREPARED, *TRANSITIONS.values()}

    assert reached == set(TransferState) == set(STATE_LABELS)


def test_a_destroyed_transfer_can_only_be_taken_back() -> None:
    steps = [step for state, step in TRANSITIONS if state is TransferState.DESTROYED]

    assert steps == [TransferStep.WITHDRAW]


def test_the_drawing_in_the_documents_is_that_of_the_table() -> None:
    before, mark, rest = _DOCUMENT.read_text("utf-8").partition("```mermaid\n")
    after = rest.partition("```\n")[2]

    compare_or_rewrite(_DOCUMENT, f"{before}{mark}{diagram()}```\n{after}")


def test_nothing_is_approved_that_was_not_asked_for_or_leaves_before_it_is_sealed() -> None:
    before_approval = {a for (a, step), _ in TRANSITIONS.items() if step is TransferStep.APPROVE}
    to_published = {a for (a, _), b in TRANSITIONS.items() if b is TransferState.PUBLISHED}

    assert before_approval == {TransferState.AWAITING_APPROVAL}
    assert to_published == {TransferState.SEALED}


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_whatever_is_under_way_can_be_shown_anew_or_called_off(state: TransferState) -> None:
    assert next_state(state, TransferStep.ASK_APPROVAL) is TransferState.AWAITING_APPROVAL
    assert next_state(state, TransferStep.CANCEL) is TransferState.CANCELLED
