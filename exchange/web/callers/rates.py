"""How often somebody may ask, and be denied, in a minute: counted in the memory of one process.

Properties that hold:

1. Who proves who it is, is counted by its credential: no other caller uses up its requests.
2. Who proves nothing is counted by its address: no proof is refused because of others' wrong
   ones, for it is looked at first; and all of them together are counted too, so that many
   addresses do not fill the log either.
3. What is beyond the limit leaves no denial in the evidence: one leaf a minute says it.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, cast

from flask import Flask, Response, current_app, g

from exchange.web.process.capacity import Capacity

MINUTE_SECONDS: Final = 60
_REQUESTS, _DENIALS = "requests", "denials"
_ANYBODY: Final = "*"
_ADDRESSES_AT_ONCE: Final = 10
"""How many addresses may be denied as often as one may."""
_EXTENSION: Final = "spie-exchange-rates"


class TooOftenError(Exception):
    """Somebody asked, or was denied, too often: ``limit`` says which.

    ``must_be_said`` once a minute for the same caller; ``retry_seconds`` is when to come back.
    """

    def __init__(self, limit: str, allowed: int, retry_seconds: int, *, must_be_said: bool) -> None:
        """Say it."""
        super().__init__(limit)
        self.limit = limit
        self.allowed = allowed
        self.retry_seconds = retry_seconds
        self.must_be_said = must_be_said


@dataclass(slots=True)
class Rates:
    """What was asked in the minute that runs. ``now`` gives seconds that only ever grow."""

    capacity: Capacity
    now: Callable[[], float] = time.monotonic
    _minute: int = -1
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _counting: Lock = field(default_factory=Lock)

    def count_request(self, credential_id: str) -> None:
        """Count a request of somebody who is proven (1). Raises ``TooOftenError``."""
        allowed = self.capacity.requests_a_minute
        if allowed:
            g.rate = allowed, self._count(_REQUESTS, credential_id, allowed), self._left()

    def count_denial(self, credential_id: str, address: str) -> None:
        """Count a denial, of a credential or, without one, of an address (2).

        Raises ``TooOftenError``.
        """
        allowed = self.capacity.denials_a_minute
        if not allowed:
            return
        if credential_id:
            self._count(_DENIALS, credential_id, allowed)
        else:
            self._count(_DENIALS, f"{_ANYBODY}{address}", allowed)
            self._count(_DENIALS, _ANYBODY, allowed * _ADDRESSES_AT_ONCE)

    def _count(self, limit: str, who: str, allowed: int) -> int:
        with self._counting:
            minute = int(self.now() // MINUTE_SECONDS)
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[limit, who] += 1
            left = allowed - self._counts[limit, who]
            if left >= 0:
                return left
            # Addresses may be many: what they do is said for all of them (3).
            heard_as = _ANYBODY if who.startswith(_ANYBODY) else who
            self._counts["said", f"{limit} {heard_as}"] += 1
            must_be_said = self._counts["said", f"{limit} {heard_as}"] == 1
        raise TooOftenError(limit, allowed, self._left(), must_be_said=must_be_said)

    def _left(self) -> int:
        return MINUTE_SECONDS - int(self.now() % MINUTE_SECONDS)


def limit_rates(application: Flask, capacity: Capacity) -> None:
    """Let an application count what is asked of it, and say in its answers what is left."""
    application.extensions[_EXTENSION] = Rates(capacity)
    application.after_request(_say)


def rates() -> Rates:
    """Give what the application that answers counts."""
    return cast("Rates", current_app.extensions[_EXTENSION])


def _say(response: Response) -> Response:
    """Say what is left, as the IETF's draft on RateLimit headers does."""
    if "rate" in g:
        allowed, left, seconds = g.rate
        response.headers["RateLimit-Policy"] = f'"{_REQUESTS}";q={allowed};w={MINUTE_SECONDS}'
        response.headers["RateLimit"] = f'"{_REQUESTS}";r={left};t={seconds}'
    return response
