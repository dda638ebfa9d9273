"""The folder of the home: whose it is, who may enter, what an interruption left in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from exchange.diagnosis.findings import Finding, good, mend, watch
from exchange.home import DatabaseKind, Home, lies_in

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_FOLDER: Final = "dossier de travail"
_MASTER_KEY: Final = "lieu de la clé maîtresse"
_CHECKPOINTS: Final = "lieu des points de contrôle"


def folder_findings(folder: Path) -> Iterator[Finding]:
    """Look at the folder itself."""
    if not folder.is_dir():
        yield mend(
            _FOLDER,
            f"{folder} n'existe pas, ou n'est pas un dossier",
            "vérifiez SPIE_EXCHANGE_HOME, ou restaurez le dossier depuis la sauvegarde",
        )
        return
    status = folder.stat()
    if status.st_uid != os.geteuid():
        yield mend(
            _FOLDER, f"{folder} appartient à un autre compte", "travaillez sous ce compte-là"
        )
    if status.st_mode & _OTHERS:
        yield mend(_FOLDER, f"{folder} est ouvert à d'autres comptes", f"chmod 700 {folder}")
    else:
        yield good(_FOLDER, f"{folder} n'est ouvert qu'à son propriétaire")


def leftover_findings(home: Home) -> Iterator[Finding]:
    """Look for successors of files that never took their place."""
    folders = {home.path, home.common, home.certificates, home.master_key.parent}
    left = sorted(path for folder in folders for path in folder.glob("*.next"))
    if home.database_kind is DatabaseKind.POSTGRESQL:
        left += [path for path in home.database_files if path.exists()]
    for path in left:
        yield watch(
            "fichiers laissés",
            f"{path} reste d'une commande interrompue",
            # It may be all of a signed certificate that there is on disk.
            "l'ordonnanceur lui donne son nom à son prochain passage, si le journal concorde ; "
            "s'il est arrêté : spie-exchange purge --for-real"
            if path.parent == home.certificates
            else f"retirez-le : rm {path}",
        )
    if not left:
        yield good("fichiers laissés", "aucune interruption n'a laissé de fichier")


def keyring_file_findings(home: Home) -> Iterator[Finding]:
    """Look at who may read the keyring."""
    if home.keyring.stat().st_mode & _OTHERS:
        yield mend(
            "droits du trousseau",
            f"{home.keyring} est lisible par d'autres comptes",
            f"chmod 600 {home.keyring}",
        )


def outside_findings(home: Home) -> Iterator[Finding]:
    """Look at whether what must lie outside of a real home does."""
    places = ((_MASTER_KEY, home.master_key), (_CHECKPOINTS, home.checkpoints))
    for check, path in places:
        if home.trial or not lies_in(path, home.path):
            yield good(check, str(path))
            continue
        yield mend(
            check,
            f"{path} est dans le dossier de travail : qui prend l'un prend l'autre",
            "déplacez ce fichier hors du dossier, puis corrigez son chemin dans home.json",
        )
