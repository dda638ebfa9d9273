"""Who acts, and where: on the command line, the real account of the operating system.

Never an option or an environment variable: those say what the caller likes. Over HTTP, the
account that a credential proved.
"""

import os
import pwd
import re
import socket
from dataclasses import dataclass
from typing import Final

_LONGEST_MACHINE: Final = 64
_LONGEST_HOLDER: Final = 100
_UNSAID: Final = re.compile("[^A-Za-z0-9._-]")
_UNWRITTEN: Final = re.compile("[^!-~]")


CALLER_MARK: Final = "@api"
"""What follows an account's id where an actor is named: no account of the system is meant."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls over HTTP: an account in its role, by one of its credentials, in one request."""

    account_id: str
    role: str
    credential_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A real account; ``sudo_user`` is a remark beside it, empty when there is none.

    Over HTTP, ``name`` is the caller's and ``uid`` that of the service's process.
    """

    uid: int
    name: str
    sudo_user: str = ""
    caller: Caller | None = None

    @property
    def account(self) -> str:
        """The name as an identifier, to be held against another's; at most 100 characters."""
        return _UNWRITTEN.sub("-", self.name)[:_LONGEST_HOLDER]


def operating_system_actor(sudo_user: str) -> Actor:
    """Give the account this process runs under."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return Actor(uid, name, sudo_user)


def actor_calling(caller: Caller) -> Actor:
    """Give who calls over HTTP as the one who acts."""
    return Actor(os.getuid(), f"{caller.account_id}{CALLER_MARK}", caller=caller)


def machine_name(given: str = "") -> str:
    """Give the name of this machine: the one it was given, or else the one it has for itself."""
    # A system bounds it to as many, of which some are no part of an identifier of ours.
    return _UNSAID.sub("-", given or socket.gethostname())[:_LONGEST_MACHINE]


def holder_name(actor: Actor, machine: str) -> str:
    """Name this process to those who wait for it: its account, its machine, its number."""
    where = f" sur {machine}, processus {os.getpid()}"
    return actor.name[: _LONGEST_HOLDER - len(where)] + where
