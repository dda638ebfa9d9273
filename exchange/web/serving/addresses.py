"""Where the server listens: a port of an address, or a socket of this machine; and whether it can.

The library says it in English, after five tries, or takes the socket of a service that runs.
"""

import errno
import ipaddress
import os
import socket
import stat
from pathlib import Path
from typing import Final

from exchange.errors import ConfigurationError, RefusedError
from keys.system_errors import system_sentence

_UNIX: Final = "unix:"
_LOOPBACK_NAME: Final = "localhost"
_LONGEST_PATH_BYTES: Final = 107
_LARGEST_PORT: Final = 65535


def socket_path(address: str) -> Path | None:
    """Give the path of a socket out of ``unix:`` and a path; ``None`` for another address."""
    return Path(address.removeprefix(_UNIX)) if address.startswith(_UNIX) else None


def stays_on_machine(address: str) -> bool:
    """Tell whether nobody on another machine reaches an address."""
    if socket_path(address) is not None:
        return True
    host = address.rsplit(":", 1)[0].strip("[]")
    if host == _LOOPBACK_NAME:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_free(address: str) -> None:
    """Raise ``RefusedError`` for no address, ``ConfigurationError`` for one that is not free."""
    path = socket_path(address)
    if path is None:
        _require_free_port(address)
    else:
        _require_room(path)
        _require_silent(path)


def _require_free_port(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) <= _LARGEST_PORT):
        raise RefusedError(
            "l'adresse où écouter ne se lit pas", "écrivez HÔTE:PORT, ou unix: et un chemin"
        )
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except socket.gaierror:
        raise _unusable(address, "ce nom n'est celui d'aucune machine") from None
    except OSError as error:
        raise _unusable(address, _why(error)) from None


def _require_room(path: Path) -> None:
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


def _require_silent(path: Path) -> None:
    """Leave the socket of a service that runs to it; one that was left behind is replaced."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1)
        try:
            caller.connect(os.fsencode(path))
        except OSError:
            return
    raise _unusable(f"{_UNIX}{path}", "un autre service y répond déjà")


def _why(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "un autre service y répond déjà"
    if error.errno == errno.EADDRNOTAVAIL:
        return "cette machine n'a pas cette adresse"
    return system_sentence(error)


def _unusable(address: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"le service ne peut pas écouter sur {address} : {why}",
        "arrêtez cet autre service, ou donnez une autre adresse : --bind",
    )
