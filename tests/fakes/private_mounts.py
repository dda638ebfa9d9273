"""A read-only or a full disk that only one command sees, and that goes when it ends."""

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.answer import Answer
from tests.fakes.departement import COMMAND, Departement
from tests.prerequisites import skip_or_fail


def read_only(*folders: Path) -> str:
    """Give the shell lines that make folders read-only."""
    lines = []
    for folder in folders:
        name = shlex.quote(str(folder))
        lines.append(f"mount --bind {name} {name} && mount -o remount,bind,ro {name}")
    return " && ".join(lines)


def small_disk(folder: Path, kibibytes: int) -> str:
    """Give the shell lines that put a small disk, with what the folder holds, in its place."""
    name = shlex.quote(str(folder))
    mount = f"mount -t tmpfs -o size={kibibytes}k tmpfs {name}"
    return f"cp -a {name} {name}.held && {mount} && cp -a {name}.held/. {name}"


def filled(folder: Path) -> str:
    """Give the shell line that leaves no room on the disk of a folder."""
    name = shlex.quote(str(folder / "other"))
    return f"(cat /dev/zero > {name} 2> /dev/null; true)"


def run_with_mounts(
    departement: Departement, mounts: str, *words: str | Path, then: str = "true"
) -> Answer:
    """Run the command where ``mounts`` hold; ``then`` is a shell line run after it, there.

    Skips the test where the system lets nobody mount in a namespace of their own.
    """
    _require_namespaces()
    command = shlex.join([str(COMMAND), *map(str, words)])
    script = f"{mounts} || exit 99; {command}; code=$?; {then}; exit $code"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script],
        env=departement.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 99, done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


def _require_namespaces() -> None:
    words: Sequence[str] = ("unshare", "--map-root-user", "--mount", "true")
    if shutil.which(words[0]) is None or subprocess.run(words, check=False).returncode != 0:
        skip_or_fail("no mount in a namespace of one's own is possible here (unshare)")
