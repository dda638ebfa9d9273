"""What every reader of strangers' documents owes, and how long Hypothesis looks for a breach."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.strategies import SearchStrategy

CANARY: Final = "Ornithorynque"
"""Stands in the values of documents: no message may hold it."""

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
SHORT: Final = settings(
    max_examples=300, derandomize=True, database=None, deadline=None, suppress_health_check=_QUIET
)
LONG: Final = settings(SHORT, max_examples=3_000)
BUDGETS: Final = [
    pytest.param(SHORT, id="short"),
    pytest.param(LONG, id="long", marks=pytest.mark.long),
]
"""The values of a test's parameter ``budget``: the same documents at each run."""
SEARCH: Final = settings(SHORT, phases=[Phase.explicit, Phase.generate])
"""The short budget, for what only has to be found, not made small."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads a stranger's bytes.

    ``read`` gives a value or raises one of ``refusals``. ``agrees`` tells whether a value that
    was read is the document's, and the document one that may be read: where there is one form
    only, by writing it again.
    """

    name: str
    documents: SearchStrategy[bytes]
    read: Callable[[bytes], Any]
    refusals: type[Exception] | tuple[type[Exception], ...]
    agrees: Callable[[Any, bytes], bool]


def require_sound(reader: Reader, document: bytes) -> None:
    """Fail where a reader breaks a promise on one document.

    1. Nothing but its own errors comes out.
    2. No error repeats a value, nor drags along the one that does.
    3. What is accepted is what the document says, in a form that is admitted.
    """
    try:
        value = reader.read(document)  # (1)
    except reader.refusals as error:
        _require_silent(error)  # (2)
        return
    assert reader.agrees(value, document)  # (3)


def _require_silent(error: Exception) -> None:
    said = (str(error), repr(error), repr(vars(error)))
    assert CANARY not in "".join(said)
    assert error.__cause__ is None


def is_unsound(reader: Reader, document: bytes) -> bool:
    """Tell whether ``require_sound`` fails, whatever way it does."""
    try:
        require_sound(reader, document)
    except Exception:  # noqa: BLE001 - a planted bug may raise anything
        return True
    return False
