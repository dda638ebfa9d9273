"""Who may call the service over HTTP: accounts, what they may do, how they prove who they are."""

from exchange.accounts.account import Account, Role
from exchange.accounts.rights import RIGHTS_OF, Right

__all__ = ["RIGHTS_OF", "Account", "Right", "Role"]
