"""Schedulers killed at random: every period is served once. The long form: ``make unattended``."""

import pytest

from tests.fakes.situation import Situation
from tests.unattended.absence import Absence

_PEOPLE, _SEED = 200, 62


@pytest.mark.parametrize(
    ("processes", "periods", "seconds"),
    [
        pytest.param(2, 6, 6, id="short"),
        pytest.param(3, 12, 12, id="long", marks=pytest.mark.long),
    ],
)
def test_every_period_is_served_once_whoever_is_killed(
    fresh: Situation, processes: int, periods: int, seconds: float
) -> None:
    homes = [fresh.departement] * processes

    endured = Absence(fresh, homes, periods, seconds, _SEED, _PEOPLE, lambda _: None).endure()

    assert endured.problems == ()
    assert endured.kills >= seconds / 4
