"""What the service writes on standard error: fixed words, and a few named values beside them.

Only these names are written: nothing that a caller sent is among them.
"""

import logging
from typing import Final

_ROOTS: Final = ("jobs", "exchange", "schemas", "keys")
_SHOWN: Final = ("request_id", "route", "error", "why")


class _NamedValues(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        words = f"{self.formatTime(record)} {record.levelname} {record.getMessage()}"
        values = [(name, getattr(record, name)) for name in _SHOWN if hasattr(record, name)]
        return " ".join([words, *(f"{name}={value}" for name, value in values)])


def write_logs() -> None:
    """Let every package of ours write its warnings and errors on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_NamedValues())
    for name in _ROOTS:
        root = logging.getLogger(name)
        root.addHandler(handler)
        root.setLevel(logging.WARNING)
        root.propagate = False
