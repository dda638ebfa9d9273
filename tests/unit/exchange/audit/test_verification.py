"""Tampering, as somebody does who holds the database: what is found, and how exactly.

The log has 20 events; trusted checkpoints at sizes 5 and 12 and 17, unless said otherwise.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.disagreements import Disagreement, EvidenceDisagreesError, Place
from exchange.audit.log import Head, append_events
from exchange.audit.merkle import EMPTY_ROOT, Frontier, Node, leaf_hash
from exchange.audit.verification import VerificationReport, verify
from tests.fakes.evidence_rows import EvidenceRowsInMemory, log_of, sample_event
from tests.unit.exchange.audit.tampering import (
    close_gap,
    delete,
    edit_bytes,
    insert,
    store_leaf_of_the_edited,
    swap,
    truncate,
)

_SIZE = 20
Tampering: TypeAlias = Callable[[EvidenceRowsInMemory], None]


def checkpoint_at(size: int) -> Checkpoint:
    return Checkpoint("spie-exchange/essai", size, log_of(size).head().frontier.root())


_TRUSTED = tuple(checkpoint_at(size) for size in (5, 12, 17))


def verified(
    rows: EvidenceRowsInMemory, trusted: tuple[Checkpoint, ...] = _TRUSTED
) -> VerificationReport:
    return verify(rows, trusted, lambda _: None)


def disagreement(
    tamper: Tampering, trusted: tuple[Checkpoint, ...] = _TRUSTED
) -> tuple[Disagreement, Place]:
    rows = log_of(_SIZE)
    tamper(rows)
    with pytest.raises(EvidenceDisagreesError, match="journal des preuves altéré") as raised:
        verified(rows, trusted)
    return raised.value.disagreement, raised.value.place


def exactly(index: int) -> Place:
    return Place(index, index)


def test_a_log_that_nobody_touched_holds() -> None:
    rows = log_of(_SIZE)

    report = verified(rows)

    assert report == VerificationReport(_SIZE, rows.head().frontier.root(), 3, 17)


def test_an_empty_log_holds() -> None:
    report = verified(EvidenceRowsInMemory(), (Checkpoint("o", 0, EMPTY_ROOT),))

    assert report == VerificationReport(0, EMPTY_ROOT, 1, 0)


@pytest.mark.parametrize("size", range(1, 40))
def test_a_log_of_any_size_holds_without_any_checkpoint(size: int) -> None:
    report = verified(log_of(size), ())

    assert (report.size, report.vouched) == (size, 0)


def test_checkpoints_are_trusted_in_any_order_and_more_than_once() -> None:
    report = verified(log_of(_SIZE), (*reversed(_TRUSTED), *_TRUSTED))

    assert report.vouched == 17


def test_progress_is_told_as_the_events_are_read() -> None:
    told: list[int] = []

    verify(log_of(_SIZE), (), told.append)

    assert told == list(range(1, _SIZE + 1))


@pytest.mark.parametrize("index", [0, 4, 5, 11, 16, 17, 19])
def test_1_a_deleted_event_is_named(index: int) -> None:
    found = disagreement(lambda rows: delete(rows, index))

    assert found == (Disagreement.EVENT_MISSING, exactly(index))


def test_1_an_event_deleted_with_its_leaf_hash_is_named_within_the_checkpoint_before() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        delete(rows, 14)
        del rows.tree[0, 14]

    assert disagreement(tamper) == (Disagreement.HISTORY_REWRITTEN, Place(12, 14))


@pytest.mark.parametrize("size", [0, 4, 12, 18, 19])
def test_1_a_truncated_log_names_the_first_event_missing(size: int) -> None:
    found = disagreement(lambda rows: truncate(rows, size))

    assert found == (Disagreement.EVENT_MISSING, exactly(size))


@pytest.mark.parametrize(("size", "first"), [(0, 0), (4, 0), (5, 5), (11, 5), (12, 12), (14, 12)])
def test_1_a_log_truncated_with_its_tree_is_found_between_checkpoints(
    size: int, first: int
) -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        truncate(rows, size)
        rows.rewrite_hashes()

    assert disagreement(tamper) == (Disagreement.HISTORY_REWRITTEN, Place(first, size))


def test_1_an_event_added_without_its_leaf_hash_is_named() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.put_event(_SIZE, sample_event(99).canonical_bytes())

    assert disagreement(tamper) == (Disagreement.EVENT_ADDED, exactly(_SIZE))


def test_1_an_event_added_behind_the_head_is_named() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        head = rows.head()
        append_events(rows, head, [sample_event(99)], sample_event(99).at)
        rows.put_head(head)

    assert disagreement(tamper) == (Disagreement.EVENT_ADDED, exactly(_SIZE))


def test_1_an_event_far_behind_the_head_is_found_at_once() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.put_event(10**15, sample_event(99).canonical_bytes())

    assert disagreement(tamper) == (Disagreement.EVENT_ADDED, exactly(_SIZE))


def test_1_an_event_before_the_first_is_found() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.put_event(-1, sample_event(99).canonical_bytes())

    assert disagreement(tamper) == (Disagreement.EVENT_ADDED, exactly(-1))


@pytest.mark.parametrize("index", [0, 4, 5, 11, 16, 17, 19])
def test_2_an_event_with_edited_bytes_is_named(index: int) -> None:
    found = disagreement(lambda rows: edit_bytes(rows, index))

    assert found == (Disagreement.EVENT_ALTERED, exactly(index))


def test_2_bytes_that_are_no_event_any_more_are_named() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.events[7] = b"\xff"

    assert disagreement(tamper) == (Disagreement.EVENT_ALTERED, exactly(7))


def test_2_bytes_that_never_were_an_event_are_named() -> None:
    frontier, nodes = Frontier().append(leaf_hash(b"{}"))
    rows = EvidenceRowsInMemory()
    rows.events[0] = b"{}"
    rows.columns[0] = log_of(1).columns[0]
    rows.put_nodes(nodes)
    rows.put_head(Head(frontier, None))

    with pytest.raises(EvidenceDisagreesError) as raised:
        verified(rows, ())

    assert raised.value.disagreement is Disagreement.EVENT_ALTERED


def test_2_two_events_exchanged_are_found_at_the_first() -> None:
    found = disagreement(lambda rows: swap(rows, 7, 14))

    assert found == (Disagreement.EVENT_ALTERED, exactly(7))


def test_2_an_event_inserted_is_named() -> None:
    found = disagreement(lambda rows: insert(rows, 7))

    assert found == (Disagreement.EVENT_ALTERED, exactly(7))


def test_2_an_event_removed_with_the_gap_closed_is_named() -> None:
    found = disagreement(lambda rows: close_gap(rows, 7))

    assert found == (Disagreement.EVENT_ALTERED, exactly(7))


def test_2_a_leaf_hash_edited_alone_is_named() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.tree[0, 7] = bytes(32)

    assert disagreement(tamper) == (Disagreement.EVENT_ALTERED, exactly(7))


def test_2_a_leaf_hash_removed_alone_is_named() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        del rows.tree[0, 7]

    assert disagreement(tamper) == (Disagreement.EVENT_ALTERED, exactly(7))


@pytest.mark.parametrize("column", ["kind", "at", "actor", "outcome", "subject"])
def test_3_an_edited_filter_column_is_named(column: str) -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.columns[7] = replace(rows.columns[7], **{column: "autre"})

    assert disagreement(tamper) == (Disagreement.COLUMNS_ALTERED, exactly(7))


@pytest.mark.parametrize(
    ("index", "place"),
    [
        (0, Place(0, 4)),
        (4, Place(0, 4)),
        (5, Place(5, 11)),
        (11, Place(5, 11)),
        (16, Place(12, 16)),
    ],
)
def test_4_an_event_rewritten_with_every_hash_is_found_between_checkpoints(
    index: int, place: Place
) -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        edit_bytes(rows, index)
        rows.rewrite_hashes()

    assert disagreement(tamper) == (Disagreement.HISTORY_REWRITTEN, place)


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda rows: swap(rows, 7, 14), id="swapped"),
        pytest.param(lambda rows: insert(rows, 7), id="inserted"),
        pytest.param(lambda rows: delete(rows, 7), id="deleted"),
    ],
)
def test_4_every_tampering_with_every_hash_rewritten_is_found_between_checkpoints(
    tamper: Tampering,
) -> None:
    def thorough(rows: EvidenceRowsInMemory) -> None:
        tamper(rows)
        rows.rewrite_hashes()

    assert disagreement(thorough) == (Disagreement.HISTORY_REWRITTEN, Place(5, 11))


def test_4_an_event_rewritten_with_its_leaf_hash_is_found_between_checkpoints() -> None:
    found = disagreement(lambda rows: store_leaf_of_the_edited(rows, 7))

    assert found == (Disagreement.HISTORY_REWRITTEN, Place(5, 11))


def test_4_an_event_that_does_not_fit_its_hash_bounds_a_rewritten_history() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        store_leaf_of_the_edited(rows, 6)
        edit_bytes(rows, 8)

    assert disagreement(tamper) == (Disagreement.HISTORY_REWRITTEN, Place(5, 8))


def test_4_an_exact_fault_before_a_rewritten_history_is_named_first() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.columns[3] = replace(rows.columns[3], actor="autre")
        store_leaf_of_the_edited(rows, 7)

    assert disagreement(tamper) == (Disagreement.COLUMNS_ALTERED, exactly(3))


def test_4_one_earlier_checkpoint_is_enough() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        edit_bytes(rows, 3)
        rows.rewrite_hashes()

    found = disagreement(tamper, (checkpoint_at(17),))

    assert found == (Disagreement.HISTORY_REWRITTEN, Place(0, 16))


def test_4_what_no_checkpoint_has_seen_can_be_rewritten_and_the_report_says_from_where() -> None:
    rows = log_of(_SIZE)
    edit_bytes(rows, 18)
    rows.rewrite_hashes()

    assert verified(rows).vouched == 17


@pytest.mark.parametrize("size", [5, 12, 13])
def test_4_a_checkpoint_that_contradicts_later_ones_is_not_blamed_on_the_events(size: int) -> None:
    forked = replace(checkpoint_at(size), root=bytes(32))

    found, place = disagreement(lambda _: None, (*_TRUSTED, forked))

    assert found is Disagreement.CHECKPOINTS_CONTRADICT
    assert place.last == size - 1


def test_4_a_checkpoint_of_the_empty_log_with_another_root_is_refused() -> None:
    found, _ = disagreement(lambda _: None, (Checkpoint("o", 0, bytes(32)),))

    assert found is Disagreement.HISTORY_REWRITTEN


@pytest.mark.parametrize(
    ("level", "index", "place"),
    [(1, 3, Place(6, 7)), (2, 1, Place(4, 7)), (4, 0, Place(0, 15)), (1, 9, Place(18, 19))],
)
def test_5_an_edited_node_is_named_by_the_events_below_it(
    level: int, index: int, place: Place
) -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.tree[level, index] = bytes(32)

    assert disagreement(tamper) == (Disagreement.NODE_ALTERED, place)


def test_5_a_removed_node_is_found() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        del rows.tree[2, 4]

    assert disagreement(tamper) == (Disagreement.NODE_ALTERED, Place(16, 19))


@pytest.mark.parametrize(("level", "index"), [(1, 10), (4, 1), (5, 0)])
def test_5_a_node_left_over_is_found(level: int, index: int) -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        rows.put_nodes([Node(level, index, bytes(32))])

    assert disagreement(tamper)[0] is Disagreement.NODE_ALTERED


def test_6_an_edited_head_is_found() -> None:
    def tamper(rows: EvidenceRowsInMemory) -> None:
        frontier = rows.head().frontier
        rows.put_head(Head(Frontier(frontier.size, (bytes(32), *frontier.hashes[1:])), None))

    assert disagreement(tamper)[0] is Disagreement.HEAD_ALTERED


@pytest.mark.parametrize("size", [16, 12, 0])
def test_6_a_head_set_back_before_a_checkpoint_is_found(size: int) -> None:
    found = disagreement(lambda rows: rows.put_head(log_of(size).head()))

    assert found == (Disagreement.HEAD_ALTERED, exactly(size))


def test_6_a_head_set_back_after_the_last_checkpoint_leaves_events_that_nobody_vouches_for() -> (
    None
):
    found = disagreement(lambda rows: rows.put_head(log_of(18).head()))

    assert found == (Disagreement.EVENT_ADDED, exactly(18))


def test_the_message_says_the_place_in_french_and_what_to_do() -> None:
    error = EvidenceDisagreesError(Disagreement.HISTORY_REWRITTEN, Place(5, 11))

    assert error.message == (
        "journal des preuves altéré : un des événements 5 à 11 a été réécrit, retiré ou ajouté "
        "avant un point de contrôle"
    )
    assert "DPO" in error.hint
