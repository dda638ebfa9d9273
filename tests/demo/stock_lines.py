"""The stock lines of the README, taken verbatim: what a ministry without our tool types."""

import re
import shutil
from pathlib import Path

_README = Path(__file__).parents[2] / "README.md"
STOCK_COMMANDS = ("openssl", "unzip", "age")


def stock_lines(name: str) -> str:
    """Give the lines between the README's markers ``stock-lines:<name>``."""
    section = re.search(
        rf"<!-- stock-lines:{name} -->\s*```sh\n(.*?)```\s*<!-- /stock-lines -->",
        _README.read_text("utf-8"),
        re.DOTALL,
    )
    assert section is not None, f"README.md has no stock lines called {name}"
    return section[1]


def missing_stock_commands() -> list[str]:
    """Name the stock commands that this machine lacks."""
    return [command for command in STOCK_COMMANDS if shutil.which(command) is None]
