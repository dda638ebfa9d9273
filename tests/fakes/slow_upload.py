"""A client that sends a file by hand: piece by piece, or not to its end."""

import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

from tests.fakes.http_service import IMPORTS, HttpService

_SECONDS = 30


def begun(
    serving: HttpService, headers: dict[str, str], length: str, query: str = "?attest=true"
) -> socket.socket:
    """Send the head of a request, and give what its body is to be sent through."""
    address = urlsplit(serving.at(IMPORTS) + query)
    lines = [
        f"POST {address.path}?{address.query} HTTP/1.1",
        f"Host: {address.netloc}",
        *(f"{name}: {value}" for name, value in headers.items()),
        length,
    ]
    client = socket.create_connection((str(address.hostname), address.port), _SECONDS)
    client.sendall("\r\n".join([*lines, "", ""]).encode())
    return client


def answered(client: socket.socket) -> tuple[int, bytes]:
    """Read the answer: its status, and its body."""
    with HTTPResponse(client, method="POST") as answer:
        answer.begin()
        return answer.status, answer.read()
