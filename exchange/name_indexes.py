"""Indexing by name who was loaded by a local key before there was such an index.

Done once, as a home is brought to the schema that has the index, in the same transaction: no
objection by name is ever held against a base that is indexed in part.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from exchange.people.indexes import index_of_names
from exchange.people.person import SealedPerson
from exchange.people.sealing import PersonSealing, person_sealing
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose

RowKey: TypeAlias = tuple[Any, ...]
"""What names a row of a table: its primary key, whatever that is made of."""


@dataclass(frozen=True, slots=True)
class UnindexedRow:
    """A sealed row without a name index."""

    key: RowKey
    agreement_id: str
    person: SealedPerson


class UnindexedRows(Protocol):
    """One table of sealed rows, inside a transaction."""

    def after(self, key: RowKey | None) -> Sequence[UnindexedRow]:
        """Give the next batch, in the order of the keys, from the first when there is none."""
        ...

    def index(self, name_indexes: Mapping[RowKey, bytes]) -> None:
        """Keep the name index of each of these rows."""
        ...


def index_names(
    tables: Iterable[UnindexedRows], keyring: Keyring, progress: Callable[[int], None]
) -> int:
    """Give every row that was loaded by a local key its name index; give how many.

    Rows loaded by name are opened too, for nothing else tells them apart, and left as they
    are. Those whose keys are destroyed wait for the end of their purge. ``progress`` gets the
    number of rows opened so far. Raises ``UnsealingError``.
    """
    agreement_ids = {entry.key_id.scope for entry in keyring.entries_for(KeyPurpose.RECORDS)}
    sealings = {one: person_sealing(keyring, one) for one in agreement_ids}
    opened = indexed = 0
    for table in tables:
        key = None
        while batch := table.after(key):
            name_indexes = dict(_name_indexes(batch, sealings))
            table.index(name_indexes)
            opened, indexed = opened + len(batch), indexed + len(name_indexes)
            progress(opened)
            key = batch[-1].key
    return indexed


def _name_indexes(
    batch: Sequence[UnindexedRow], sealings: Mapping[str, PersonSealing]
) -> Iterator[tuple[RowKey, bytes]]:
    for row in batch:
        sealing = sealings.get(row.agreement_id)
        if sealing is not None:
            name_index = index_of_names(sealing.identity_key, sealing.open(row.person).record)
            if name_index != row.person.identity:
                yield row.key, name_index
