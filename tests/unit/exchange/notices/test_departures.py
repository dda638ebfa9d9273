"""What left is told with the day it was due then, whatever the agreement says since."""

from dataclasses import replace
from datetime import UTC, datetime

from exchange.notices.departures import departure_notices
from exchange.notices.notice import NoticeKind
from schemas.agreement import read_agreement
from tests.unit.exchange.transfers.contractual import contractual_transfer
from tests.unit.exchange.transfers.known_register import (
    KnownRegister,
    LoadedVersions,
    MadeTransfers,
)
from tests.unit.schemas.agreement.plain_agreement import PLAIN, changed

_LEFT_AT = datetime(2023, 2, 10, 9, tzinfo=UTC)
_PUT_OFF = changed(("version = 1", "version = 2"), ("due = 2023-01-31", "due = 2023-02-28"))


def test_a_lateness_is_told_with_the_due_day_of_the_version_it_left_under() -> None:
    late = replace(contractual_transfer("enquete", "ministere"), published_at=_LEFT_AT)
    register = KnownRegister(LoadedVersions((PLAIN, _PUT_OFF)), MadeTransfers((late,)))

    [told] = departure_notices(register, read_agreement(_PUT_OFF.encode()), _LEFT_AT)

    assert told.kind is NoticeKind.SENT_LATE
    assert "EN RETARD (c'était à remettre le mardi 31 janvier 2023" in told.sentence
