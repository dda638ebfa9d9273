"""Two who find the same claim free: one takes it, and the other is told who has it now."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace

import pytest

from exchange.claims import Claims
from exchange.errors import TakenClaimError
from exchange.home_opening import open_service
from exchange.locks import SignsOfLife
from exchange.settings import settings_from
from exchange.wiring import Service
from tests.fakes.home_database import home_variables
from tests.fakes.situation import AGREEMENT, Situation


@dataclass
class _Interrupted:
    """Signs of life that are looked at only once something else has been done."""

    signs: SignsOfLife
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def given(self, name: str) -> AbstractContextManager[None]:
        return self.signs.given(name)

    def is_given(self, name: str) -> bool:
        seen = self.signs.is_given(name)
        while self.meanwhile:
            self.meanwhile.pop()()
        return seen

    def clear(self, name: str) -> None:
        self.signs.clear(name)


@pytest.fixture(name="service")
def _service(fresh: Situation) -> Iterator[Service]:
    settings = settings_from(home_variables(fresh.departement.home))
    with open_service(settings, inspecting=False) as service:
        yield service


def test_who_comes_second_is_told_who_was_faster(service: Service) -> None:
    with _named(service, "disparu").hold(AGREEMENT, patiently=False):
        pass
    faster = _named(service, "plus rapide").hold(AGREEMENT, patiently=False)

    with ExitStack() as life:
        signs = _Interrupted(service.claims.signs, [lambda: life.enter_context(faster)])
        slower = replace(_named(service, "plus lent"), signs=signs)
        with (
            pytest.raises(TakenClaimError, match="plus rapide"),
            slower.hold(AGREEMENT, patiently=False),
        ):
            pass


def _named(service: Service, holder: str) -> Claims:
    return replace(service.claims, holder=holder)
