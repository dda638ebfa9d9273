"""Saying what is being measured, and since when it runs, to who waits for the table."""

import sys
import time
from collections.abc import Callable

Telling = Callable[[str], None]


def telling() -> Telling:
    """Begin to count the seconds; give what says something on standard error."""
    start = time.monotonic()

    def tell(text: str) -> None:
        print(f"[{time.monotonic() - start:4.0f} s] {text}", file=sys.stderr, flush=True)

    return tell
