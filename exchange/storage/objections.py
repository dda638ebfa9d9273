"""Who objects, as a condition on the rows that carry blind indexes."""

from sqlalchemy import ColumnElement, Table, or_, select

from exchange.storage.tables import objection


def objecting(table: Table, agreement_id: str) -> ColumnElement[bool]:
    """Say which rows of a table are of people with an objection that stands."""
    listed = select(objection.c.identity).where(
        objection.c.agreement_id == agreement_id, objection.c.lifted_at.is_(None)
    )
    by_name = table.c.name_index.is_not(None) & table.c.name_index.in_(listed)
    return or_(table.c.identity.in_(listed), by_name)
