"""Instants in the database: UTC, ISO 8601, one width, so that text order is time order."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

INSTANT_WIDTH = len("2023-01-31T05:00:00.000000+00:00")


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as text in UTC with microseconds."""

    impl = String(INSTANT_WIDTH)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write an aware instant as text; a naive one is a bug and raises ``ValueError``."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read the text back as an aware instant."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)
