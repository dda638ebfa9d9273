"""Another account than the one that types the commands: what two pairs of eyes need."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exchange.actors import Caller, actor_calling
from exchange.home_opening import open_service
from exchange.settings import settings_from
from exchange.transfers.readiness import declare_ready
from exchange.wiring import Service
from schemas.agreement import Agreement
from tests.fakes.departement import Departement
from tests.fakes.situation import AGREEMENT


@dataclass(frozen=True, slots=True)
class SecondAccount:
    """An account that calls over HTTP, acting at a home as a request of its own does."""

    departement: Departement
    account_id: str = "collegue"

    @property
    def name(self) -> str:
        """How evidence names it."""
        return f"{self.account_id}@api"

    def prepare(self, deadline_id: str | None = None) -> None:
        """Prepare what is due."""
        with self._working() as (service, agreement):
            service.preparer().prepare_due(agreement, deadline_id)

    def approve(self, *transfer_ids: str, basis: str | None = None) -> None:
        """Approve transfers."""
        for transfer_id in transfer_ids:
            with self._working() as (service, agreement):
                service.approver().approve(agreement, transfer_id, basis)

    def declare_ready(self, deadline_id: str) -> None:
        """Declare the data of a deadline complete."""
        with self._working() as (service, agreement), service.database.begin() as work:
            deadline = agreement.deadline(deadline_id)
            declare_ready(work, agreement, deadline, service.actor.name, service.clock)

    @contextmanager
    def _working(self) -> Iterator[tuple[Service, Agreement]]:
        caller = Caller(self.account_id, "operator", "0" * 8, "demande")
        settings = settings_from(self.departement.environment())
        with open_service(settings, inspecting=False) as service:
            acting = service.acting_as(actor_calling(caller))
            with acting.vouching(), acting.working_on(AGREEMENT) as working:
                yield working
