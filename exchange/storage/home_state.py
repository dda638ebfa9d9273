"""What a home remembers beside its acts: whose log it keeps, the trial clock's offset."""

from datetime import timedelta

from sqlalchemy import Connection, select

from exchange.storage.tables import home_state
from exchange.storage.upserts import put_row

_CLOCK_OFFSET = "clock.offset_microseconds"
LAST_VERIFICATION = "audit.last_verified"
LAST_SWEEP = "sweep.findings"
LAST_TICK = "scheduler.last_tick"
LAST_MAIL = "notices.last_mail"
LOG_ORIGIN = "audit.log_origin"


class HomeStateTable:
    """Named values, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, name: str) -> str | None:
        """Give a value, or ``None``."""
        query = select(home_state.c.value).where(home_state.c.name == name)
        return self._connection.execute(query).scalar_one_or_none()

    def put(self, name: str, value: str) -> None:
        """Keep a value, replacing an earlier one."""
        put_row(self._connection, home_state, {"name": name, "value": value})

    def clock_offset(self) -> timedelta:
        """Give how far a trial's clock is from the wall clock; zero when never set."""
        return timedelta(microseconds=int(self.get(_CLOCK_OFFSET) or 0))

    def set_clock_offset(self, offset: timedelta) -> None:
        """Keep how far a trial's clock is from the wall clock."""
        self.put(_CLOCK_OFFSET, str(offset // timedelta(microseconds=1)))
