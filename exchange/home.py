"""The home: one folder with database, keyring and outbox, and what lies outside of it.

``home.json`` says where the master key and the checkpoints lie, both outside the home
(an intruder who takes the folder takes neither), whether the home is a trial, and whether its
database is a file in it or a server's.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from exchange.errors import ConfigurationError, RefusedError, RetryLaterError
from keys.system_errors import lacks_space, system_sentence, system_way_out

_FORMAT = 1
_FILE = "home.json"
_OWNER_ONLY_FOLDER = 0o700


class DatabaseKind(StrEnum):
    """Where a home keeps its rows: in a file of its own, or on a server."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything of one home lies.

    ``origin`` names the evidence log (C2SP tlog-checkpoint), ``trial`` marks a home whose
    clock can be set and whose packages are marked ESSAI. How a server is reached is for the
    environment to say: it may differ from one machine to the next.
    """

    path: Path
    origin: str
    trial: bool
    master_key: Path
    checkpoints: Path
    database_kind: DatabaseKind = DatabaseKind.SQLITE

    @property
    def database(self) -> Path:
        """The SQLite file, where there is one."""
        return self.path / "exchange.sqlite3"

    @property
    def keyring(self) -> Path:
        """The wrapped keys."""
        return self.path / "keyring.json"

    @property
    def outbox(self) -> Path:
        """The published packages, one folder a recipient."""
        return self.path / "outbox"

    @property
    def certificates(self) -> Path:
        """The destruction certificates."""
        return self.path / "certificates"

    @property
    def locks(self) -> Path:
        """One file for each act that two processes must not do at once."""
        return self.path / "locks"

    @property
    def notices(self) -> Path:
        """Who is told what, and by which mail server; it may be missing."""
        return self.path / "notices.toml"

    @property
    def seal_certificate(self) -> Path:
        """The seal's X.509 certificate, to hand to the recipients by another channel."""
        return self.path / "seal.crt"


def create_home(
    path: Path,
    *,
    trial: bool,
    master_key: Path | None,
    checkpoints: Path | None,
    database_kind: DatabaseKind = DatabaseKind.SQLITE,
) -> Home:
    """Decide on a home, whose paths are free. Nothing is made yet.

    A trial chooses its own paths beside what it holds. A real home needs both paths, and
    refuses them inside the home. Raises ``ConfigurationError`` or ``RefusedError``.
    """
    if (path / _FILE).exists():
        raise RefusedError(
            f"il y a déjà un dossier de travail dans {path}",
            "désignez un autre dossier par SPIE_EXCHANGE_HOME",
        )
    home = Home(
        path=path,
        origin=f"spie-exchange/{secrets.token_hex(8)}",
        trial=trial,
        master_key=_outside(path, trial, master_key, "outside/master.key", "--master-key"),
        checkpoints=_outside(path, trial, checkpoints, "outside/checkpoints", "--checkpoints"),
        database_kind=database_kind,
    )
    _require_free(home)
    return home


def make_home_folders(home: Home) -> None:
    """Make the folders of a home.

    Raises ``ConfigurationError`` where that is not allowed, ``RetryLaterError`` without space.
    """
    folders = (home.path, home.outbox, home.certificates, home.locks, home.checkpoints.parent)
    try:
        for folder in (*folders, home.master_key.parent):
            folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        # It may have been there before, open to others.
        home.path.chmod(_OWNER_ONLY_FOLDER)
    except OSError as error:
        sentence = f"impossible de créer {error.filename} : {system_sentence(error)}"
        failure = RetryLaterError if lacks_space(error) else ConfigurationError
        raise failure(sentence, system_way_out(error)) from None


def write_home(home: Home) -> None:
    """Write ``home.json``: the last act of an initialisation, which makes the home exist."""
    document = {"format": _FORMAT, **asdict(home)}
    document = {k: str(v) if isinstance(v, Path) else v for k, v in document.items() if k != "path"}
    waiting = home.path / f"{_FILE}.next"
    waiting.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    waiting.replace(home.path / _FILE)


def read_home(path: Path) -> Home:
    """Read the home at ``path``. Raises ``ConfigurationError``."""
    try:
        document = json.loads((path / _FILE).read_text("utf-8"))
        if document.pop("format") != _FORMAT:
            raise ConfigurationError(f"{path} a été fait par une autre version", "mettez à jour")
        return Home(
            path=path,
            origin=str(document["origin"]),
            trial=bool(document["trial"]),
            master_key=Path(document["master_key"]),
            checkpoints=Path(document["checkpoints"]),
            database_kind=DatabaseKind(document.get("database_kind", DatabaseKind.SQLITE)),
        )
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path} n'est pas un dossier de travail",
            "créez-le : spie-exchange init --master-key CHEMIN --checkpoints CHEMIN",
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError(
            f"{path / _FILE} est illisible", "restaurez ce fichier depuis la sauvegarde"
        ) from None


def unread_home(path: Path) -> Home:
    """Stand in for a home whose ``home.json`` is lost: only what lies inside can be found."""
    lost = path / _FILE
    return Home(path, origin="", trial=False, master_key=lost, checkpoints=lost)


def _outside(home: Path, trial: bool, given: Path | None, default: str, option: str) -> Path:  # noqa: FBT001 - a private step of one function
    if given is None and trial:
        return home / default
    if given is None:
        raise ConfigurationError(
            f"{option} manque", f"donnez un chemin hors de {home}, par exemple sur un autre disque"
        )
    if not trial and lies_in(given, home):
        raise RefusedError(
            f"{option} désigne un chemin dans le dossier de travail",
            "qui prend le dossier ne doit pas prendre aussi ce fichier : choisissez un autre lieu",
        )
    return given.absolute()


def _require_free(home: Home) -> None:
    # All at once and before anything is made: nothing is left of an initialisation that fails.
    for path in (home.master_key, home.checkpoints, home.keyring):
        if path.exists():
            raise RefusedError(
                f"{path} existe déjà, il n'est pas remplacé",
                "s'il reste d'une initialisation interrompue, déplacez-le ; sinon, choisissez un "
                "autre chemin",
            )


def lies_in(path: Path, folder: Path) -> bool:
    """Tell whether a path leads into a folder, whatever links lie on the way."""
    return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
