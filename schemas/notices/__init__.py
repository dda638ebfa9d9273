"""The notices file (``notices.toml``): by which server, to whom, and what is pinged."""

from schemas.notices.document import Mail, NoticesFile, Ping
from schemas.notices.loopback import is_loopback
from schemas.notices.problems import NoticesFileError
from schemas.notices.reading import read_notices_file
from schemas.notices.sample import notices_sample

__all__ = [
    "Mail",
    "NoticesFile",
    "NoticesFileError",
    "Ping",
    "is_loopback",
    "notices_sample",
    "read_notices_file",
]
