"""The home: one folder with database, keyring and outbox, and what lies outside of it.

``home.json`` says where the master key and the checkpoints lie, both outside the home
(an intruder who takes the folder takes neither), whether the home is a trial, and whether its
database is a file in it or a server's. Several machines have a home each; keyring, packages
and certificates then lie in one folder that all of them see. It also keeps the name of its
machine: a container has another host name at each start, and is the same machine.
"""

import json
import os
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from exchange.actors import machine_name
from exchange.errors import ConfigurationError
from keys.durable_files import stage, sync_folder
from keys.system_errors import system_sentence

_FORMAT = 1
HOME_FILE: Final = "home.json"


class DatabaseKind(StrEnum):
    """Where a home keeps its rows: in a file of its own, or on a server."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything of one home lies.

    ``origin`` names the evidence log (C2SP tlog-checkpoint), ``trial`` marks a home whose
    clock can be set and whose packages are marked ESSAI. How a server is reached is for the
    environment to say: it may differ from one machine to the next. ``shared`` is the folder
    that several machines see, each perhaps under a path of its own. ``machine`` tells those
    apart.
    """

    path: Path
    origin: str
    trial: bool
    master_key: Path
    checkpoints: Path
    database_kind: DatabaseKind = DatabaseKind.SQLITE
    shared: Path | None = None
    machine: str = field(default_factory=machine_name)

    @property
    def common(self) -> Path:
        """The folder of what every machine of this home sees."""
        return self.shared or self.path

    @property
    def database(self) -> Path:
        """The SQLite file, where there is one."""
        return self.path / "exchange.sqlite3"

    @property
    def database_files(self) -> tuple[Path, ...]:
        """The SQLite file and its journals, in the order in which they may be removed."""
        names = (f"{self.database.name}{suffix}" for suffix in ("-wal", "-shm", ""))
        return tuple(self.database.with_name(name) for name in names)

    @property
    def keyring(self) -> Path:
        """The wrapped keys."""
        return self.common / "keyring.json"

    @property
    def outbox(self) -> Path:
        """The published packages, one folder a recipient."""
        return self.common / "outbox"

    @property
    def certificates(self) -> Path:
        """The destruction certificates."""
        return self.common / "certificates"

    @property
    def locks(self) -> Path:
        """One file for each act that two processes must not do at once."""
        return self.path / "locks"

    @property
    def notices(self) -> Path:
        """Who is told what, and by which mail server; it may be missing."""
        return self.common / "notices.toml"

    @property
    def seal_certificate(self) -> Path:
        """The seal's X.509 certificate, to hand to the recipients by another channel."""
        return self.common / "seal.crt"


def write_home(home: Home) -> None:
    """Write ``home.json``: the last act of an initialisation, which makes the home exist.

    It is on the disk when this returns: what it has taken the place of may go. Whoever could
    read that still can.
    """
    document = {"format": _FORMAT, **asdict(home)}
    document = {k: str(v) if isinstance(v, Path) else v for k, v in document.items() if k != "path"}
    if home.shared is None:
        del document["shared"]
    path = home.path / HOME_FILE
    written = stage(path, f"{json.dumps(document, indent=1)}\n".encode())
    with suppress(FileNotFoundError):
        _own_alike(written, path.stat())
    written.replace(path)
    sync_folder(home.path)


def read_home(path: Path) -> Home:
    """Read the home at ``path``. Raises ``ConfigurationError``."""
    try:
        document = json.loads((path / HOME_FILE).read_text("utf-8"))
        if document.pop("format") != _FORMAT:
            raise ConfigurationError(f"{path} a été fait par une autre version", "mettez à jour")
        return Home(
            path=path,
            origin=str(document["origin"]),
            trial=bool(document["trial"]),
            master_key=Path(document["master_key"]),
            checkpoints=Path(document["checkpoints"]),
            database_kind=DatabaseKind(document.get("database_kind", DatabaseKind.SQLITE)),
            shared=Path(document["shared"]) if "shared" in document else None,
            machine=machine_name(str(document.get("machine", ""))),  # an older one has none
        )
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path} n'est pas un dossier de travail",
            "créez-le : spie-exchange init --master-key CHEMIN --checkpoints CHEMIN",
        ) from None
    except PermissionError as error:
        raise ConfigurationError(
            f"{path / HOME_FILE} ne peut pas être lu : {system_sentence(error)}",
            "lancez la commande sous le compte du service, ou rendez-lui ce fichier (chown)",
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError(
            f"{path / HOME_FILE} est illisible", "restaurez ce fichier depuis la sauvegarde"
        ) from None


def _own_alike(path: Path, former: os.stat_result) -> None:
    # Typed as root, a move would otherwise take the home from the account of the service.
    # Whoever may not give a file away is not root, and reads this one.
    with suppress(PermissionError):
        os.chown(path, former.st_uid, former.st_gid)
    path.chmod(stat.S_IMODE(former.st_mode))


def unread_home(path: Path) -> Home:
    """Stand in for a home whose ``home.json`` is lost: only what lies inside can be found."""
    lost = path / HOME_FILE
    return Home(path, origin="", trial=False, master_key=lost, checkpoints=lost)


def lies_in(path: Path, folder: Path) -> bool:
    """Tell whether a path leads into a folder, whatever links lie on the way."""
    return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
