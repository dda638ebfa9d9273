"""Documents generated from the code: compared, or rewritten when asked."""

import os
from pathlib import Path

_REWRITE = "SPIE_EXCHANGE_REGENERATE"


def compare_or_rewrite(path: Path, expected: str) -> None:
    """Fail when a generated document is not what the code says now.

    With SPIE_EXCHANGE_REGENERATE=1 in the environment the document is rewritten instead.
    """
    if os.environ.get(_REWRITE):
        path.write_text(expected, "utf-8")
    assert path.read_text("utf-8") == expected, f"{path.name}: run the test with {_REWRITE}=1"
