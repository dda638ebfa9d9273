import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from flask import Flask
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from exchange.web.conventions.uploads import Upload

_UPLOAD: Final = Upload({"text/csv": None}, "", largest_bytes=10)


class _Breaking(io.BytesIO):
    """A body of which the server says, after its first bytes, that it is none."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        if not found:
            raise RuntimeError("a chunk that is none")
        return found

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # as above
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


@contextmanager
def _asked(body: io.BytesIO, length: int | None) -> Iterator[None]:
    """A request whose body comes from a stream that the server ends, as gunicorn does."""
    environ = {"wsgi.input": body, "wsgi.input_terminated": True}
    said = {} if length is None else {"CONTENT_LENGTH": str(length)}
    with Flask(__name__).test_request_context(method="POST", environ_overrides={**environ, **said}):
        yield


def _received(body: io.BytesIO, length: int | None) -> bytes:
    with _asked(body, length), _UPLOAD.received() as waiting, waiting.open() as stream:
        return stream.read()


@pytest.mark.parametrize("size", [0, 1, 10])
def test_a_body_is_received_whether_or_not_it_says_its_length(size: int) -> None:
    body = b"0123456789"[:size]

    assert _received(io.BytesIO(body), size) == body
    assert _received(io.BytesIO(body), None) == body


@pytest.mark.parametrize("size", [11, 20])
def test_a_body_that_says_it_is_too_large_is_not_read(size: int) -> None:
    body = io.BytesIO(b"0" * size)

    with pytest.raises(RequestEntityTooLarge):
        _received(body, size)

    assert body.tell() == 0


def test_a_body_that_turns_out_too_large_is_not_read_to_its_end() -> None:
    body = io.BytesIO(b"0" * 20)

    with pytest.raises(RequestEntityTooLarge):
        _received(body, None)

    assert body.tell() == 11


def test_a_body_that_stops_before_its_end_is_refused() -> None:
    with pytest.raises(ClientDisconnected):
        _received(io.BytesIO(b"0123"), 9)


def test_a_body_that_the_server_cannot_follow_is_refused() -> None:
    with pytest.raises(ClientDisconnected):
        _received(_Breaking(b"0123"), None)
