"""Who may open the Unix socket through which a proxy of the same machine calls.

Whoever may open it may say who calls (``callers.client_certificates``): the service's own
account, and one group, which has no other member than the proxy.
"""

import grp
import os
from pathlib import Path
from typing import Final

from exchange.errors import ConfigurationError

_OWNER_AND_GROUP: Final = 0o660


def group_number(name: str) -> int:
    """Find a group this process may give a file to. Raises ``ConfigurationError``."""
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError:
        raise ConfigurationError(
            f"il n'y a pas de groupe {name} sur cette machine",
            "nommez celui du serveur mandataire : sous Debian, c'est www-data pour nginx",
        ) from None
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise ConfigurationError(
            f"le compte du service n'est pas du groupe {name}",
            f"ajoutez-le : usermod -aG {name} COMPTE, ou SupplementaryGroups={name} dans l'unité "
            "systemd",
        )
    return number


def open_to_group(path: Path, number: int) -> None:
    """Let a group call through a socket that its owner alone could open until now."""
    os.chown(path, -1, number)
    path.chmod(_OWNER_AND_GROUP)
