"""What somebody can do to the events who holds the database, every hash left as it was."""

from exchange.audit.merkle import leaf_hash
from tests.fakes.evidence_rows import EvidenceRowsInMemory, sample_event


def edit_bytes(rows: EvidenceRowsInMemory, index: int) -> None:
    rows.put_event(index, rows.events[index].replace(b'"rows":', b'"rows":9'))


def store_leaf_of_the_edited(rows: EvidenceRowsInMemory, index: int) -> None:
    edit_bytes(rows, index)
    rows.tree[0, index] = leaf_hash(rows.events[index])


def delete(rows: EvidenceRowsInMemory, index: int) -> None:
    del rows.events[index]
    del rows.columns[index]


def close_gap(rows: EvidenceRowsInMemory, index: int) -> None:
    """Delete an event and renumber those that follow."""
    following = take_from(rows, index)[1:]
    for later, data in enumerate(following, index):
        rows.put_event(later, data)


def insert(rows: EvidenceRowsInMemory, index: int) -> None:
    """Put a foreign event before another and renumber those that follow."""
    following = take_from(rows, index)
    for later, data in enumerate([sample_event(99).canonical_bytes(), *following], index):
        rows.put_event(later, data)


def swap(rows: EvidenceRowsInMemory, one: int, other: int) -> None:
    data = rows.events[one]
    rows.put_event(one, rows.events[other])
    rows.put_event(other, data)


def truncate(rows: EvidenceRowsInMemory, size: int) -> None:
    for index in range(size, len(rows.events)):
        delete(rows, index)


def take_from(rows: EvidenceRowsInMemory, first: int) -> list[bytes]:
    taken = [rows.events[index] for index in sorted(rows.events) if index >= first]
    truncate(rows, first)
    return taken
