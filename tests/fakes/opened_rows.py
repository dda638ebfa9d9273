"""What a recipient finds in a folder where it opened a package."""

import csv
import io
import json
from pathlib import Path
from typing import Any


def opened_rows(folder: Path) -> list[dict[str, str]]:
    """Read the rows, each by column name, in the order of their lines."""
    (path,) = folder.glob("*.csv")
    text = io.StringIO(path.read_text("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def opened_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest that came with them."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return manifest
