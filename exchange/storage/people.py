"""People in the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    func,
    insert,
    not_,
    select,
    update,
)

from exchange.people.person import RETENTION_CLASS, KnownPerson, PeopleCounts, SealedPerson
from exchange.storage.objections import objecting
from exchange.storage.tables import person

_BATCH_ROWS = 5000
# Made once: a load of one row spends more on making them than on carrying them out.
_KNOWN = select(
    person.c.first_loaded_at,
    person.c.homonym,
    *(person.c[name] for name in KnownPerson.__slots__),
).where(person.c.agreement_id == bindparam("of_agreement"))
_WITH_IDENTITY = _KNOWN.where(person.c.identity.in_(bindparam("indexes", expanding=True)))
_WITH_NAMES = _KNOWN.where(person.c.name_index.in_(bindparam("indexes", expanding=True)))
_KEYED = (
    select(person.c.person_id)
    .where(person.c.agreement_id == bindparam("of_agreement"), person.c.name_index.is_not(None))
    .limit(1)
)


class PersonTable:
    """Satisfies ``exchange.people.person.PersonRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def known(
        self, agreement_id: str, identities: Collection[bytes], names: Collection[bytes]
    ) -> Mapping[bytes, Sequence[KnownPerson]]:
        """Give the known people by each of their blind indexes, in the order of their loading.

        Those whose identity is one of ``identities``, or whose names are among ``names``.
        """
        found = self._known(_WITH_IDENTITY, agreement_id, identities)
        if names and self._has_local_keys(agreement_id):
            found |= self._known(_WITH_NAMES, agreement_id, names)
        known: dict[bytes, list[KnownPerson]] = {}
        for _, one in sorted(found.items(), key=itemgetter(0)):
            for index in {one.identity, one.name_index or one.identity}:
                known.setdefault(index, []).append(one)
        return known

    def sealed(self, person_ids: Collection[bytes]) -> Iterator[SealedPerson]:
        """Stream the people of these ids."""
        ids = list(person_ids)
        columns = [person.c[name] for name in SealedPerson.__slots__]
        for start in range(0, len(ids), _BATCH_ROWS):
            batch = person.c.person_id.in_(ids[start : start + _BATCH_ROWS])
            for row in self._connection.execute(select(*columns).where(batch)):
                yield SealedPerson(*row)

    def save(self, agreement_id: str, saved: SealedPerson, load_number: int, at: datetime) -> None:
        """Add a person, or replace the whole record of a known one, who is present again."""
        values = {
            "content_tag": saved.content_tag,
            "entry_date": saved.entry_date,
            "key_version": saved.key_version,
            "schema_version": saved.schema_version,
            "sealed": saved.sealed,
            "updated_at": at,
            "absent_since": None,
            "load_number": load_number,
        }
        whose = {name: getattr(saved, name) for name in ("identity", "name_index", "homonym")}
        replaced = values if saved.name_index is None else {**values, **whose}
        known = update(person).where(person.c.person_id == saved.person_id).values(replaced)
        if self._connection.execute(known).rowcount == 0:
            added = insert(person).values(
                **values,
                **whose,
                person_id=saved.person_id,
                agreement_id=agreement_id,
                retention_class=RETENTION_CLASS,
                first_loaded_at=at,
            )
            self._connection.execute(added)

    def counts(self, agreement_id: str, entered_by: date) -> PeopleCounts:
        """Count the people of an agreement, and who of them would be sent."""
        entered, absent = person.c.entry_date <= entered_by, person.c.absent_since.is_not(None)
        objects = objecting(person, agreement_id)
        query = select(
            func.count().filter(entered, not_(absent), not_(objects)),
            func.count().filter(entered, absent),
            func.count().filter(entered, objects),
            func.count().filter(not_(entered)),
        ).where(person.c.agreement_id == agreement_id)
        return PeopleCounts(*self._connection.execute(query).one())

    def _known(
        self, query: Select[Any], agreement_id: str, indexes: Collection[bytes]
    ) -> dict[tuple[datetime, int, bytes], KnownPerson]:
        among = {"of_agreement": agreement_id, "indexes": list(indexes)}
        rows = self._connection.execute(query, among)
        return {(at, number, columns[0]): KnownPerson(*columns) for at, number, *columns in rows}

    def _has_local_keys(self, agreement_id: str) -> bool:
        found = self._connection.execute(_KEYED, {"of_agreement": agreement_id})
        return found.one_or_none() is not None
