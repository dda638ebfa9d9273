"""People in the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from exchange.people import RETENTION_CLASS, SealedPerson
from exchange.storage.tables import person, sent_line

_FETCH_ROWS = 1000

SEALED_COLUMNS = (
    person.c.person_id,
    person.c.identity,
    person.c.content_tag,
    person.c.entry_date,
    person.c.key_version,
    person.c.schema_version,
    person.c.sealed,
)


class PersonTable:
    """Satisfies ``exchange.people.PersonRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def known_ids(self, agreement_id: str, identities: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Give the person id of each blind index that is already known."""
        query = select(person.c.identity, person.c.person_id).where(
            person.c.agreement_id == agreement_id, person.c.identity.in_(identities)
        )
        return {row.identity: row.person_id for row in self._connection.execute(query)}

    def save(self, agreement_id: str, saved: SealedPerson, at: datetime) -> None:
        """Add a person, or replace the whole record of a known one."""
        values = {
            "content_tag": saved.content_tag,
            "entry_date": saved.entry_date,
            "key_version": saved.key_version,
            "schema_version": saved.schema_version,
            "sealed": saved.sealed,
            "updated_at": at,
        }
        known = update(person).where(person.c.person_id == saved.person_id).values(values)
        if self._connection.execute(known).rowcount == 0:
            added = insert(person).values(
                **values,
                person_id=saved.person_id,
                agreement_id=agreement_id,
                identity=saved.identity,
                retention_class=RETENTION_CLASS,
                first_loaded_at=at,
            )
            self._connection.execute(added)

    def count(self, agreement_id: str) -> int:
        """Count the people of an agreement."""
        query = select(func.count()).where(person.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one()

    def count_entered_until(self, agreement_id: str, cut_off: date) -> int:
        """Count the people whose entry date is at the cut-off or before."""
        query = select(func.count()).where(
            person.c.agreement_id == agreement_id, person.c.entry_date <= cut_off
        )
        return self._connection.execute(query).scalar_one()

    def count_loaded_after(self, agreement_id: str, cut_off: date, instant: datetime) -> int:
        """Count those of ``count_entered_until`` first loaded after ``instant``."""
        query = select(func.count()).where(
            person.c.agreement_id == agreement_id,
            person.c.entry_date <= cut_off,
            person.c.first_loaded_at > instant,
        )
        return self._connection.execute(query).scalar_one()

    def of_transfer(self, transfer_id: str) -> Iterator[SealedPerson]:
        """Stream the people of a transfer in the order of its lines."""
        query = (
            select(*SEALED_COLUMNS)
            .join(sent_line, sent_line.c.person_id == person.c.person_id)
            .where(sent_line.c.transfer_id == transfer_id)
            .order_by(sent_line.c.line)
        )
        streamed = self._connection.execute(query.execution_options(yield_per=_FETCH_ROWS))
        return map(_sealed_person, streamed)

    def forget(self, agreement_id: str) -> int:
        """Delete the people of an agreement; give how many there were."""
        gone = delete(person).where(person.c.agreement_id == agreement_id)
        return self._connection.execute(gone).rowcount


def _sealed_person(row: Row[tuple[bytes, bytes, bytes, date, int, int, bytes]]) -> SealedPerson:
    return SealedPerson(*row)
