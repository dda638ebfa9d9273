"""The floor under the service: Flask routes that do one thing each, and check nothing."""

import sqlite3
import threading
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, send_file

from schemas.annex_e import COLUMNS

FILE_NAME: Final = "package"
_PLACES: Final = ", ".join("?" * len(COLUMNS))


def new_bare_application(name: str) -> Flask:
    """Make the application that works in the folder of a name."""
    folder = Path(name)
    application = Flask("bare", static_folder=None)
    connections = threading.local()

    @application.post("/people")
    def insert() -> Response:
        """Put one person, durably, into eight text columns."""
        if not hasattr(connections, "mine"):
            connections.mine = _connected(folder / "bare.db")
        (person,) = request.get_json()
        connections.mine.execute(
            f"INSERT INTO bare VALUES ({_PLACES})",  # noqa: S608 - constants
            [person[name] for name in COLUMNS],
        )
        connections.mine.commit()
        return Response(status=201)

    @application.get("/package")
    def send() -> Response:
        return send_file(folder / FILE_NAME, mimetype="application/octet-stream")

    @application.get("/read")
    def read() -> dict[str, str]:
        return {"status": "ok"}

    return application


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"CREATE TABLE IF NOT EXISTS bare ({', '.join(COLUMNS)})")
    connection.commit()
    return connection
