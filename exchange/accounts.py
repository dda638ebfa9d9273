"""Who acts: on the command line, the real account of the operating system.

Never an option or an environment variable: those say what the caller likes.
"""

import os
import pwd
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A real account; ``sudo_user`` is a remark beside it, empty when there is none."""

    uid: int
    name: str
    sudo_user: str = ""


def operating_system_actor(sudo_user: str) -> Actor:
    """Give the account this process runs under."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return Actor(uid, name, sudo_user)
