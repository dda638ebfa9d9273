"""The home's ``notices.toml``: who is told, and by which server."""

import stat
from pathlib import Path
from typing import Final

from exchange.errors import ConfigurationError
from exchange.home import Home
from keys.system_errors import system_sentence
from schemas.notices import NoticesFile, NoticesFileError, read_notices_file
from schemas.toml_file import MAX_FILE_BYTES

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LONGEST_PASSWORD_BYTES: Final = 1000


def read_configuration(home: Home) -> NoticesFile | None:
    """Read the home's file; ``None`` where there is none. Raises ``ConfigurationError``."""
    try:
        with home.notices.open("rb") as file:
            return read_notices_file(file.read(MAX_FILE_BYTES + 1))
    except FileNotFoundError:
        _require_not_beside(home)
        return None
    except NoticesFileError as error:
        raise ConfigurationError(str(error), error.way_out) from None
    except OSError as error:
        raise _unreadable(home.notices, error) from None


def required_configuration(home: Home) -> NoticesFile:
    """Read the home's file. Raises ``ConfigurationError`` where there is none, too."""
    configuration = read_configuration(home)
    if configuration is None:
        raise ConfigurationError(
            "personne n'est désigné pour être averti : il n'y a pas de notices.toml",
            f"spie-exchange notices sample > {home.notices}, puis remplissez-le",
        )
    return configuration


def read_password(path: Path) -> str:
    """Read a password from a file that only its owner may read. Raises ``ConfigurationError``."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise ConfigurationError(
                f"{path} est lisible par d'autres comptes", f"chmod 600 {path}"
            )
        with path.open("rb") as file:
            data = file.read(_LONGEST_PASSWORD_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    password = data.decode("utf-8", "replace").rstrip("\r\n")
    if not password or len(data) > _LONGEST_PASSWORD_BYTES or not password.isprintable():
        raise ConfigurationError(
            f"{path} ne contient pas un mot de passe",
            "écrivez-y le mot de passe, seul, sur une ligne",
        )
    if not password.isascii():
        raise ConfigurationError(
            f"le mot de passe de {path} a un accent : il ne peut pas être transmis",
            "faites-en donner un autre au service, en lettres sans accent, chiffres et signes",
        )
    return password


def _require_not_beside(home: Home) -> None:
    """Raise where the file lies in the machine's own folder, and not in that of all."""
    stray = home.path / home.notices.name
    if home.shared is not None and stray.exists():
        raise ConfigurationError(
            f"{stray} n'est pas lu : il n'y a pas de notices.toml dans le dossier partagé",
            f"mv {stray} {home.notices}",
        )


def _unreadable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{path} : {system_sentence(error)}", "vérifiez ce chemin et ses droits"
    )
