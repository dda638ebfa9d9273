"""Stock lines, taken verbatim from the documents: what somebody without our tool types."""

import re
import shutil
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_DOCUMENTS = ("README.md", "docs/agreement-file.md")
STOCK_COMMANDS = ("openssl", "unzip", "age")


def stock_lines(name: str) -> str:
    """Give the lines between the markers ``stock-lines:<name>``."""
    text = "".join((_ROOT / document).read_text("utf-8") for document in _DOCUMENTS)
    section = re.search(
        rf"<!-- stock-lines:{name} -->\s*```sh\n(.*?)```\s*<!-- /stock-lines -->", text, re.DOTALL
    )
    assert section is not None, f"no document has stock lines called {name}"
    return section[1]


def missing_stock_commands() -> list[str]:
    """Name the stock commands that this machine lacks."""
    return [command for command in STOCK_COMMANDS if shutil.which(command) is None]
