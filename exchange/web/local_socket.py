"""The Unix socket through which a proxy of the same machine calls: where it lies, who opens it.

Whoever may open it may say who calls (``exchange.web.client_certificates``): the service's own
account, and one group, which has no other member than the proxy.
"""

import grp
import os
import stat
from pathlib import Path
from typing import Final

from exchange.errors import ConfigurationError

_UNIX: Final = "unix:"
_LONGEST_PATH_BYTES: Final = 107
_OWNER_AND_GROUP: Final = 0o660


def socket_path(address: str) -> Path | None:
    """Give the path of a socket out of ``unix:`` and a path; ``None`` for another address."""
    return Path(address.removeprefix(_UNIX)) if address.startswith(_UNIX) else None


def require_room(path: Path) -> None:
    """Raise ``ConfigurationError`` where no socket can be made."""
    if len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        raise ConfigurationError(
            f"le chemin d'une prise locale a {_LONGEST_PATH_BYTES} octets au plus",
            "choisissez-en un plus court, par exemple unix:/run/spie-exchange/http.sock",
        )
    if not path.parent.is_dir():
        raise ConfigurationError(
            f"le dossier {path.parent} n'existe pas",
            "créez-le, ou laissez systemd le faire : RuntimeDirectory=spie-exchange",
        )
    if path.exists() and not stat.S_ISSOCK(path.stat().st_mode):
        raise ConfigurationError(
            f"{path} existe et n'est pas une prise locale",
            "choisissez un autre chemin : le service ne remplace que ce qu'il a fait",
        )


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
