"""The processes that serve a home, looked at from outside: what they hold, and how much."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.fakes.http_service import HttpService

_SECONDS = 30


def nameless_files(serving: HttpService, size: int) -> list[bytes]:
    """Wait until the service has files without a name, of a size at least; read them."""
    given_up_at = time.monotonic() + _SECONDS
    while time.monotonic() < given_up_at:
        if found := nameless_now(serving, size):
            return found
        time.sleep(0.05)
    return []


def nameless_now(serving: HttpService, size: int) -> list[bytes]:
    """Read the files without a name that the service has now, of a size at least."""
    return [data for data in _read_nameless(serving) if len(data) >= size]


def nameless_gone(serving: HttpService, size: int) -> bool:
    """Wait until the service has no file without a name, of a size at least."""
    given_up_at = time.monotonic() + _SECONDS
    while time.monotonic() < given_up_at:
        if not nameless_now(serving, size):
            return True
        time.sleep(0.05)
    return False


def peaks(serving: HttpService) -> list[int]:
    """Give the most memory that each process of the service ever held, in bytes."""
    return [_kibibytes(process, "VmHWM:") << 10 for process in _processes(serving.url)]


def held_bytes(port: int) -> int:
    """Give the memory that the processes of a service at a port hold now, together."""
    processes = _processes(f"http://127.0.0.1:{port}")
    return sum(_kibibytes(process, "RssAnon:") << 10 for process in processes)


def kill_workers(serving: HttpService, how: signal.Signals = signal.SIGKILL) -> None:
    """End each process that answers, at whatever it is; others take their place."""
    processes = {int(one.name) for one in _processes(serving.url)}
    for process in processes:
        if _parent_of(process) in processes:
            os.kill(process, how)


def counting_folder(serving: HttpService) -> Path:
    """Find the folder of the files in which the processes of the service count together."""
    for process in _processes(serving.url):
        maps = (process / "maps").read_text("utf-8")
        if counted := re.search(r"(/\S+)/counter_\d+\.db$", maps, re.MULTILINE):
            return Path(counted[1])
    raise AssertionError("the service counts nowhere")


def _parent_of(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.partition("PPid:")[2].split()[0])


def _read_nameless(serving: HttpService) -> Iterator[bytes]:
    for process in _processes(serving.url):
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                if descriptor.readlink().name.endswith(" (deleted)"):
                    yield descriptor.read_bytes()


def _kibibytes(process: Path, what: str) -> int:
    status = (process / "status").read_text("ascii")
    return int(status.partition(what)[2].split()[0])


def _processes(url: str) -> list[Path]:
    """A worker has the command line of the service."""
    bound = urlsplit(url).netloc.encode()
    return [one.parent for one in Path("/proc").glob("[0-9]*/cmdline") if bound in _read(one)]


def _read(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""
