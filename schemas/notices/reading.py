"""From the bytes of a notices file to its values: TOML, then shapes, then contradictions.

1. The file is bounded, UTF-8 and TOML (``schemas.toml_file``).
2. Every table is closed: no unknown key, no missing key, no value of another type or form.
3. Nothing leaves this machine in clear: neither a mail, nor a password, nor the ping.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from marshmallow import ValidationError

from schemas.notices.document import Mail, NoticesFile, Ping
from schemas.notices.loopback import is_loopback
from schemas.notices.problems import NoticesFileError
from schemas.notices.tables import NoticesSchema
from schemas.toml_file import Problem, TomlFileError, problems_of, read_toml

_WHAT: Final = "un fichier d'avertissements"


def read_notices_file(data: bytes) -> NoticesFile:
    """Read a notices file. Raises ``NoticesFileError`` with the problems of the first stage."""
    try:
        values = NoticesSchema().load(read_toml(data, _WHAT))  # (1) (2)
    except TomlFileError as error:
        raise NoticesFileError([Problem("", str(error))]) from None
    except ValidationError as error:
        raise NoticesFileError(problems_of(error.messages)) from None
    file: NoticesFile = values
    if problems := [*_of_mail(file.mail), *_of_ping(file.ping)]:  # (3)
        raise NoticesFileError(problems)
    return file


def _of_mail(mail: Mail) -> Iterator[Problem]:
    if mail.security == "none" and not is_loopback(mail.host):
        yield Problem(
            "mail.security", "écrivez starttls ou tls : ce serveur n'est pas la machine même"
        )
    if (mail.user is None) != (mail.password_file is None):
        yield Problem(
            "mail.user", "user et password_file vont ensemble : écrivez les deux, ou aucun"
        )
    if mail.user is not None and mail.security == "none":
        yield Problem("mail.user", "un mot de passe ne part que chiffré : écrivez starttls ou tls")


def _of_ping(ping: Ping | None) -> Iterator[Problem]:
    if ping is None:
        return
    parts = _split(ping.address)
    if parts is None or not parts.hostname or parts.fragment or "@" in parts.netloc:
        yield Problem("ping.address", "écrivez une adresse complète, sans nom de compte ni « # »")
    elif parts.scheme != "https" and not is_loopback(parts.hostname):
        yield Problem("ping.address", "écrivez une adresse https:// : celle-ci n'est pas chiffrée")


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # read only here: it raises for what is no port
    except ValueError:
        return None
    return parts
