"""The home that a process of the service works on, examined again every second.

Opening it for every request would cost more than most requests; never opening it again would
miss a trial's set clock, a schema of another version, a log that left its checkpoint.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Final, cast

from flask import Flask, current_app

from exchange.home import Home, read_home
from exchange.home_opening import examined_service
from exchange.settings import Settings
from exchange.storage.place import Place
from exchange.web.process.capacity import Capacity
from exchange.wiring import Service, place_of

_KEPT_FOR_SECONDS: Final = 1.0
_EXTENSION: Final = "spie-exchange-home"


@dataclass(slots=True)
class HomeAtHand:
    """Opens the home of some settings, and keeps it for a second."""

    settings: Settings
    capacity: Capacity
    _examining: threading.Lock = field(default_factory=threading.Lock)
    _found: tuple[Home, Place] | None = None
    _kept: dict[bool, tuple[float, Service | Exception]] = field(default_factory=dict)

    def service(self, *, inspecting: bool = False) -> Service:
        """Give the opened home; for ``inspecting``, even when its log disagrees.

        Raises what opening it does.
        """
        with self._examining:
            until, found = self._kept.pop(inspecting, (0.0, None))
            if found is None or time.monotonic() >= until:
                found = self._examined(inspecting=inspecting)
                until = time.monotonic() + _KEPT_FOR_SECONDS
            self._kept[inspecting] = until, found
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def _examined(self, *, inspecting: bool) -> Service | Exception:
        """Open the home, or tell why not: that, too, is true for a second.

        Who waited for a server that does not answer does not each wait for it again.
        """
        try:
            return examined_service(self.settings, inspecting=inspecting, place=self._place())
        except Exception as error:  # noqa: BLE001 - raised for each who asks
            return error

    def _place(self) -> Place:
        """Give one place for as long as the home is the same: its connections are kept."""
        home = read_home(self.settings.required_home())
        if self._found is None or self._found[0] != home:
            self._found = home, place_of(home, self.settings, self.capacity.connections)
        return self._found[1]


def keep_at_hand(application: Flask, settings: Settings, capacity: Capacity) -> None:
    """Let an application work on the home that settings name."""
    application.extensions[_EXTENSION] = HomeAtHand(settings, capacity)


def home_at_hand() -> HomeAtHand:
    """Give the home of the application that answers."""
    return cast("HomeAtHand", current_app.extensions[_EXTENSION])
