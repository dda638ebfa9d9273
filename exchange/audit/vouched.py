"""How much of the log is vouched for: one signature serves all who wait for one.

Whoever did something waits until a checkpoint with its leaves is kept outside the home. Of those
who wait at the same moment one signs the head as it is then, which has the leaves of all.
"""

import threading
from collections.abc import Callable

from exchange.audit.checkpoints import Checkpoint


class Vouched:
    """The size of the log under the last checkpoint that was signed here."""

    def __init__(self) -> None:
        """Nothing was signed here yet."""
        self._size = 0
        self._signing = threading.Lock()

    def up_to(self, size: int, sign: Callable[[], str]) -> None:
        """Return once a checkpoint of at least ``size`` leaves is kept; ``sign`` keeps one."""
        with self._signing:
            if self._size < size:
                self._size = Checkpoint.of_note(sign()).size
