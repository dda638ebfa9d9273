"""Whoever watches from outside: a real HTTP server that notes each call."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass(slots=True)
class Watcher:
    """``status`` is answered to each call; ``calls`` are their targets and bodies."""

    port: int = 0
    status: int = 200
    calls: list[tuple[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What ``notices.toml`` calls."""
        return f"http://127.0.0.1:{self.port}/ping/0f8fad5b?create=1"


@contextmanager
def watching() -> Iterator[Watcher]:
    """Run a watcher."""
    watcher = Watcher()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Note a call; one that is sent elsewhere would call again."""
            length = int(self.headers.get("Content-Length", "0"))
            watcher.calls.append((self.path, self.rfile.read(length).decode()))
            self.send_response(watcher.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    watcher.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield watcher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
