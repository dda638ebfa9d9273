"""What a mail is known by: the same for the same news, so that servers tell a repetition."""

import hashlib
from collections.abc import Iterable
from typing import Final

from exchange.notices.notice import Notice

_HEX: Final = 32


def identity_of(origin: str, news: Iterable[Notice]) -> str:
    """Give the identity of the mail in which a home tells these news."""
    keys = sorted(f"{notice.kind}\n{notice.subject}\n{notice.occasion}" for notice in news)
    return hashlib.sha256("\n\n".join((origin, *keys)).encode()).hexdigest()[:_HEX]
