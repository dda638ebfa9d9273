"""Removing the source file of a load, once what it held is in the base.

Properties that hold:

1. what is removed is a plain file under its only name, no link to one; it belongs to the
   account that removes it, in a folder that lets it: refused before a row is read;
2. the load was taken in before: its outcome leaf is committed;
3. it is the file that was read, unchanged since: device, inode, size and time of writing;
4. the intent is in the evidence before, the outcome after, and never the file's name, which
   may be a person's;
5. the removal is on disk when this returns.

Nothing is overwritten: flash and copy-on-write file systems would write elsewhere. What
remains on the medium is out of reach, and the operator is told so.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from exchange.audit.events import EventKind, Outcome
from exchange.errors import AttentionError, RefusedError
from exchange.transactions import Evidenced, Store
from keys.durable_files import sync_folder


@dataclass(frozen=True, slots=True)
class RemovableSource:
    """A file that may be removed after its load; ``identity`` tells it unchanged."""

    path: Path
    identity: tuple[int, ...]


def examine_removable(path: Path) -> RemovableSource:
    """Look at a file before it is loaded. Raises ``RefusedError`` when it must stay."""
    try:
        status = path.lstat()
    except OSError:
        raise _refused("il est introuvable", "vérifiez le chemin donné") from None
    if not stat.S_ISREG(status.st_mode):  # (1)
        raise _refused("c'est un lien ou un dossier", "donnez le chemin du fichier lui-même")
    if status.st_nlink > 1:
        raise _refused(
            "il a un autre nom (lien physique)", "retirez ses autres noms, ou retirez l'option"
        )
    if status.st_uid != os.geteuid():
        raise _refused("il appartient à un autre compte", "demandez à son propriétaire de l'ôter")
    if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise _refused("son dossier n'admet pas de retrait", "vérifiez les droits du dossier")
    return RemovableSource(path.absolute(), _identity(status))


def remove_source(
    store: Store[Evidenced], source: RemovableSource, agreement_id: str, load_id: str
) -> None:
    """Remove the file of a load that was taken in (2).

    Raises ``AttentionError`` when it is no longer the file that was read: it then stays.
    """
    _record(store, Outcome.BEGUN, agreement_id, load_id)  # (4)
    try:
        _remove(source)
    except BaseException:
        _record(store, Outcome.FAILED, agreement_id, load_id)
        raise
    _record(store, Outcome.DONE, agreement_id, load_id)


def _remove(source: RemovableSource) -> None:
    try:
        is_same = _identity(source.path.lstat()) == source.identity  # (3)
    except FileNotFoundError:
        is_same = False
    if not is_same:
        raise AttentionError(
            "le fichier source a changé pendant ou après sa lecture : il n'est pas retiré",
            "ce qui a été chargé n'est peut-être pas ce qu'il contient : rechargez-le, entier",
        )
    source.path.unlink()
    sync_folder(source.path.parent)  # (5)


def _record(store: Store[Evidenced], outcome: Outcome, agreement_id: str, load_id: str) -> None:
    with store.begin() as work:
        work.evidence.record(EventKind.SOURCE_REMOVED, outcome, subject=agreement_id, load=load_id)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _refused(why: str, way_out: str) -> RefusedError:
    return RefusedError(f"le fichier source ne pourrait pas être retiré : {why}", way_out)
