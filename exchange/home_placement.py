"""Placing a home: where everything of it will lie, and that it may lie there."""

import secrets
from pathlib import Path

from exchange.errors import ConfigurationError, RefusedError, RetryLaterError
from exchange.home import HOME_FILE, DatabaseKind, Home, lies_in
from exchange.settings import DATABASE_VARIABLE
from keys.system_errors import lacks_space, system_sentence, system_way_out

_OWNER_ONLY_FOLDER = 0o700


def create_home(
    path: Path,
    *,
    trial: bool,
    master_key: Path | None,
    checkpoints: Path | None,
    database_kind: DatabaseKind = DatabaseKind.SQLITE,
    shared: Path | None = None,
) -> Home:
    """Decide on a home, whose paths are free. Nothing is made yet.

    A trial chooses its own paths beside what it holds. A real home needs both paths, and
    refuses them inside the home. Raises ``ConfigurationError`` or ``RefusedError``.
    """
    home = placed_home(
        path,
        origin=f"spie-exchange/{secrets.token_hex(8)}",
        trial=trial,
        master_key=master_key,
        checkpoints=checkpoints,
        database_kind=database_kind,
        shared=shared,
    )
    _require_free(home)
    return home


def placed_home(
    path: Path,
    *,
    origin: str,
    trial: bool,
    master_key: Path | None,
    checkpoints: Path | None,
    database_kind: DatabaseKind,
    shared: Path | None,
) -> Home:
    """Say where everything of a home lies, whether it is there already or not.

    Raises ``ConfigurationError`` or ``RefusedError``.
    """
    if (path / HOME_FILE).exists():
        raise RefusedError(
            f"il y a déjà un dossier de travail dans {path}",
            "désignez un autre dossier par SPIE_EXCHANGE_HOME",
        )
    _require_apart(path, shared, database_kind)
    common = path if shared is None else shared.absolute()
    return Home(
        path=path,
        origin=origin,
        trial=trial,
        master_key=_outside(common, trial, master_key, "outside/master.key", "--master-key"),
        checkpoints=_outside(common, trial, checkpoints, "outside/checkpoints", "--checkpoints"),
        database_kind=database_kind,
        shared=None if shared is None else common,
    )


def _require_apart(path: Path, shared: Path | None, database_kind: DatabaseKind) -> None:
    if shared is None:
        return
    if database_kind is DatabaseKind.SQLITE:
        raise RefusedError(
            "un dossier partagé entre plusieurs machines demande une base PostgreSQL",
            f"donnez-la par {DATABASE_VARIABLE}, ou retirez --shared",
        )
    if lies_in(shared / HOME_FILE, path) or lies_in(path / HOME_FILE, shared):
        raise RefusedError(
            "le dossier partagé et celui de cette machine sont l'un dans l'autre",
            "donnez à chaque machine un dossier à elle, hors du dossier partagé",
        )


def make_home_folders(home: Home) -> None:
    """Make the folders of a home.

    Raises ``ConfigurationError`` where that is not allowed, ``RetryLaterError`` without space.
    """
    common = (home.common, home.outbox, home.certificates, home.checkpoints.parent)
    folders = (home.path, home.locks, *common)
    try:
        for folder in (*folders, home.master_key.parent):
            folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        # It may have been there before, open to others.
        for folder in {home.path, home.common}:
            folder.chmod(_OWNER_ONLY_FOLDER)
    except OSError as error:
        sentence = f"impossible de créer {error.filename} : {system_sentence(error)}"
        failure = RetryLaterError if lacks_space(error) else ConfigurationError
        raise failure(sentence, system_way_out(error)) from None


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
