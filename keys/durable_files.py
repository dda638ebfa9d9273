"""Writing secret files so that a crash leaves the old one or the new one, never half of one."""

import os
from pathlib import Path

_OWNER_ONLY = 0o600


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, owner-readable, on disk when this returns.

    Raises ``FileExistsError`` when the path is taken, ``OSError`` otherwise.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def stage(path: Path, content: bytes) -> Path:
    """Write ``content`` beside ``path`` under the name it waits under; return that name."""
    waiting = staged_name(path)
    waiting.unlink(missing_ok=True)
    write_new(waiting, content)
    return waiting


def staged_name(path: Path) -> Path:
    """Where a successor of ``path`` waits until it takes its place."""
    return path.with_name(path.name + ".next")


def promote(path: Path) -> None:
    """Put the staged successor in place of ``path`` and overwrite what the old one held.

    The overwriting reaches the old blocks on file systems that write in place; on the
    others (copy on write, flash) they are storage remnants, which the destruction
    certificate lists as out of reach.
    """
    if not path.exists():
        staged_name(path).replace(path)
        sync_folder(path.parent)
        return
    with path.open("r+b") as old:
        staged_name(path).replace(path)
        sync_folder(path.parent)
        old.write(b"\0" * os.fstat(old.fileno()).st_size)
        old.flush()
        os.fsync(old.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a whole file in place of ``path``, which is never seen half written."""
    stage(path, content)
    promote(path)


def sync_folder(folder: Path) -> None:
    """Make a rename or a creation in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
