"""A recipient that never stops looking: what was under each name of an outbox, ever."""

import hashlib
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self


class OutboxWatcher:
    """Watches a folder while its context lasts; ``seen`` has the digests by final name."""

    def __init__(self, outbox: Path) -> None:
        self.seen: dict[str, set[str]] = defaultdict(set)
        self._outbox = outbox
        self._known: dict[Path, tuple[int, int, int]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Look a last time."""
        self._over.set()
        self._thread.join()

    def problems(self) -> list[str]:
        """Name what was seen with two contents."""
        return [f"two digests: {name}" for name, found in self.seen.items() if len(found) > 1]

    def _watch(self) -> None:
        while not self._over.wait(0.002):
            self._look()
        self._look()

    def _look(self) -> None:
        for path in self._outbox.glob("*/[!.]*"):
            try:
                status = path.stat()
                form = (status.st_ino, status.st_mtime_ns, status.st_size)
                if self._known.get(path) != form:
                    self.seen[path.name].add(hashlib.sha256(path.read_bytes()).hexdigest())
                    self._known[path] = form
            except FileNotFoundError:
                continue
