"""People in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from exchange.people import RETENTION_CLASS, SealedPerson
from exchange.storage.tables import person


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
