"""Accounts of every role at a home, each with a token: who calls in tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from exchange.accounts import Role
from exchange.agreements import in_force
from exchange.home_opening import open_service
from exchange.settings import settings_from
from tests.fakes.departement import Departement
from tests.fakes.situation import AGREEMENT, DGEFP

_DOCUMENT = "0" * 64
_ONE_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Callers:
    """The token of each role; ``recipient`` is that of the DGEFP."""

    tokens: Mapping[Role, str]

    def headers(self, role: Role) -> dict[str, str]:
        """Give the headers with which a role calls."""
        return bearer(self.tokens[role])


def callers_at(departement: Departement) -> Callers:
    """Make an account and a token for each role."""
    return Callers(MappingProxyType({role: token_at(departement, role) for role in Role}))


def token_at(
    departement: Departement, role: Role, recipient_id: str = DGEFP, *, account_id: str = ""
) -> str:
    """Make an account of a role, committed, and give its token."""
    with open_service(settings_from(departement.environment()), inspecting=False) as service:
        register = service.accounts()
        with service.database.read() as work:
            agreement = in_force(work.agreements, AGREEMENT)
        whose = recipient_id if role is Role.RECIPIENT else ""
        account_id = account_id or f"{whose or 'compte'}-{role}"
        register.create(account_id, role, agreement, whose)
        register.commit(account_id, _DOCUMENT)
        text, _ = register.issue_token(account_id, (), service.clock.now() + _ONE_MONTH)
    return text


def bearer(token: str) -> dict[str, str]:
    """Give the headers that present a token."""
    return {"Authorization": f"Bearer {token}"}
