"""Which kind of text a source is: CSV, a JSON object a line, or one JSON array of objects."""

import re
from enum import Enum
from typing import Final

_FIRST_SIGN: Final = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*([\[{])")


class SourceKind(Enum):
    """The kinds taken: what operators read, and the media type of each."""

    CSV = "CSV", "text/csv"
    JSON_LINES = "NDJSON", "application/x-ndjson"
    JSON_ARRAY = "JSON", "application/json"

    def __init__(self, shown: str, media_type: str) -> None:
        """Name what the value holds."""
        self.shown = shown
        self.media_type = media_type

    @classmethod
    def of_media_type(cls, media_type: str) -> "SourceKind":
        """Give the kind that a caller announces. Raises ``LookupError``."""
        return {kind.media_type: kind for kind in cls}[media_type]


def kind_of(beginning: bytes) -> SourceKind:
    """Recognise a file by its first bytes: no column of a CSV has a name in brackets."""
    found = _FIRST_SIGN.match(beginning)
    if found is None:
        return SourceKind.CSV
    return SourceKind.JSON_LINES if found[1] == b"{" else SourceKind.JSON_ARRAY
