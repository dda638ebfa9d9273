"""What an approval binds to: each thing that would leave differently is another basis."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from exchange.transfers.approval import (
    Basis,
    basis_now,
    is_to_be_approved,
    is_to_be_prepared,
    needs_approval,
    preparing,
    what_changed,
)
from exchange.transfers.dispatch import Dispatch, Selection
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.obstacles import Lacking, Obstacle
from exchange.transfers.reasons import RevisionReason
from exchange.transfers.transfer import begun_transfer
from schemas.agreement import read_agreement
from schemas.manifest import TransferKind
from tests.unit.exchange.transfers.contractual import LEFT_AT
from tests.unit.schemas.agreement.plain_agreement import PLAIN

_AGREEMENT = replace(read_agreement(PLAIN.encode()), four_eyes=True)
_DISPATCH = Dispatch(
    agreement=_AGREEMENT,
    deadline=_AGREEMENT.deadline("enquete"),
    recipient=_AGREEMENT.recipient("ministere"),
    revision=1,
    instruction_id="envoyer",
    undeclared=False,
)
_REVISION = replace(
    _DISPATCH,
    revision=2,
    kind=TransferKind.REPLACEMENT,
    reason=RevisionReason.UNREADABLE,
    follows=_DISPATCH.transfer_id,
)
_PEOPLE = ((b"a" * 16, b"1" * 16), (b"b" * 16, b"2" * 16))


@dataclass(frozen=True, slots=True)
class SelectedPeople:
    """Who is selected, whatever is asked for."""

    contents: tuple[tuple[bytes, bytes], ...] = _PEOPLE

    def selected_contents(self, selection: Selection) -> Iterator[tuple[bytes, bytes]]:
        assert selection.agreement_id == _AGREEMENT.id
        return iter(self.contents)


def _basis(dispatch: Dispatch, *contents: tuple[bytes, bytes]) -> Basis:
    return basis_now(SelectedPeople(contents or _PEOPLE), dispatch)


def test_the_same_is_the_same_whoever_prepares_it() -> None:
    again = _basis(replace(_DISPATCH, unattended=True))

    assert again == _basis(_DISPATCH)
    assert again.people == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_DISPATCH, replace(_DISPATCH, agreement=replace(_AGREEMENT, digest="0" * 64))),
        (_DISPATCH, replace(_DISPATCH, recipient=_AGREEMENT.recipient("prestataire"))),
        (_DISPATCH, replace(_DISPATCH, instruction_id="detruire")),
        (_DISPATCH, replace(_DISPATCH, undeclared=True)),
        (_DISPATCH, _REVISION),
        (_REVISION, replace(_REVISION, reason=RevisionReason.LOST_KEY)),
        (_REVISION, replace(_REVISION, follows="spie-99_enquete_ministere_r0")),
    ],
    ids=["agreement", "recipient", "instruction", "undeclared", "revision", "reason", "follows"],
)
def test_what_would_leave_otherwise_is_another(one: Dispatch, other: Dispatch) -> None:
    assert _basis(one).digest != _basis(other).digest


def test_somebody_more_less_or_changed_is_another() -> None:
    first, second = _PEOPLE
    third = (b"c" * 16, b"3" * 16)
    seen = {
        _basis(_DISPATCH, *contents).digest
        for contents in (
            (first, second),
            (first,),
            (first, second, third),
            (first, (second[0], b"9" * 16)),
            ((first[0], second[1]), (second[0], first[1])),
        )
    }

    assert len(seen) == 5


def test_nobody_is_asked_where_the_agreement_does_not_or_nobody_is_carried() -> None:
    without = replace(_DISPATCH, agreement=replace(_AGREEMENT, four_eyes=False))

    assert needs_approval(_DISPATCH)
    assert not needs_approval(without)
    assert not needs_approval(replace(_DISPATCH, kind=TransferKind.TEST))


def test_another_obstacle_is_neither_to_be_prepared_nor_approved() -> None:
    to_prepare = Obstacle("a", "b", Lacking.PREPARATION)
    to_approve = Obstacle("c", "d", Lacking.APPROVAL)
    other = Obstacle("e", "f")

    assert is_to_be_prepared([to_prepare])
    assert is_to_be_approved([to_approve])
    assert not any(map(is_to_be_prepared, ([], [to_approve], [to_prepare, other])))
    assert not any(map(is_to_be_approved, ([], [to_prepare], [to_approve, other])))


def test_the_way_out_is_the_command_that_prepares_it() -> None:
    assert preparing(_DISPATCH) == ("spie-exchange transfer prepare --deadline enquete --for-real")
    assert preparing(_REVISION) == (
        "spie-exchange transfer resend spie-99_enquete_ministere_r1 --reason paquet-illisible "
        "--instruction envoyer --for-real"
    )


def test_what_changed_is_said_the_gravest_first() -> None:
    shown = begun_transfer(_DISPATCH, TransferState.APPROVED, 1, LEFT_AT)
    later = replace(_DISPATCH, agreement=replace(_AGREEMENT, version=7), undeclared=True)

    assert what_changed(later, shown) == "la convention est passée à la version 7"
    assert "déclarées prêtes" in what_changed(replace(_DISPATCH, undeclared=True), shown)
    assert "ou leurs fiches" in what_changed(_DISPATCH, shown)
