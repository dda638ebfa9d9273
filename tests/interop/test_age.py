"""Our age files open with the tools others use, and theirs with ours."""

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyrage
import pytest

from keys.age import (
    EncryptingWriter,
    HybridIdentity,
    X25519Identity,
    open_for_reading,
    parse_recipient,
)
from tests.prerequisites import skip_or_fail

AnyIdentity = X25519Identity | HybridIdentity

_FOLDER = Path(__file__).parent
_CHUNK_BYTES = 64 * 1024
_SIZES = [0, 1, _CHUNK_BYTES, 2 * _CHUNK_BYTES + 1, 20 * _CHUNK_BYTES]


class Tool(Protocol):
    """An age implementation of others; keys are the texts of age."""

    def encrypt(self, plaintext: bytes, recipient: str) -> bytes: ...

    def decrypt(self, content: bytes, identity: str) -> bytes: ...


class Pyrage:
    """The Rust implementation, through its Python package. X25519 only."""

    def encrypt(self, plaintext: bytes, recipient: str) -> bytes:
        content: bytes = pyrage.encrypt(plaintext, [pyrage.x25519.Recipient.from_str(recipient)])
        return content

    def decrypt(self, content: bytes, identity: str) -> bytes:
        plaintext: bytes = pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(identity)])
        return plaintext


@dataclass(frozen=True, slots=True)
class AgeCommand:
    """The Go implementation by its command, as Debian ships it. X25519 only before 1.3."""

    folder: Path

    def encrypt(self, plaintext: bytes, recipient: str) -> bytes:
        return _run(["age", "--encrypt", "--recipient", recipient], plaintext)

    def decrypt(self, content: bytes, identity: str) -> bytes:
        identity_file = self.folder / "identity.txt"
        identity_file.write_text(f"# synthetic\n{identity}\n")
        return _run(["age", "--decrypt", "--identity", str(identity_file)], content)


class NpmPackage:
    """The TypeScript implementation of age's author, post-quantum included."""

    def encrypt(self, plaintext: bytes, recipient: str) -> bytes:
        return _run(["node", str(_FOLDER / "age.mjs"), "encrypt", recipient], plaintext)

    def decrypt(self, content: bytes, identity: str) -> bytes:
        return _run(["node", str(_FOLDER / "age.mjs"), "decrypt", identity], content)


def _run(command: list[str], standard_input: bytes) -> bytes:
    return subprocess.run(command, input=standard_input, capture_output=True, check=True).stdout


def _age_command(folder: Path) -> Tool:
    if shutil.which("age") is None:
        skip_or_fail("the age command is not installed (Debian: apt install age)")
    return AgeCommand(folder)


def _npm_package(_: Path) -> Tool:
    if shutil.which("node") is None or not (_FOLDER / "node_modules").is_dir():
        skip_or_fail("age-encryption is not installed (npm ci --prefix tests/interop)")
    return NpmPackage()


def _pyrage(_: Path) -> Tool:
    return Pyrage()


@pytest.fixture(
    params=[
        pytest.param((_pyrage, X25519Identity), id="pyrage-x25519"),
        pytest.param((_age_command, X25519Identity), id="age-x25519", marks=pytest.mark.stock),
        pytest.param((_npm_package, X25519Identity), id="npm-x25519", marks=pytest.mark.stock),
        pytest.param((_npm_package, HybridIdentity), id="npm-hybrid", marks=pytest.mark.stock),
    ]
)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Tool, AnyIdentity]:
    """A tool of others and a private key of a kind it knows."""
    make_tool: Callable[[Path], Tool]
    make_tool, kind = request.param
    return make_tool(tmp_path), kind.generate()


@pytest.mark.parametrize("size", _SIZES)
def test_what_we_encrypt_their_tool_opens(pair: tuple[Tool, AnyIdentity], size: int) -> None:
    tool, identity = pair
    plaintext = (bytes(range(251)) * (size // 251 + 1))[:size]
    destination = io.BytesIO()

    with EncryptingWriter(destination, [identity.recipient]) as writer:
        writer.write(plaintext)

    assert tool.decrypt(destination.getvalue(), identity.secret_text()) == plaintext


@pytest.mark.parametrize("size", _SIZES)
def test_what_their_tool_encrypts_we_open(pair: tuple[Tool, AnyIdentity], size: int) -> None:
    tool, identity = pair
    plaintext = (bytes(range(251)) * (size // 251 + 1))[:size]

    content = tool.encrypt(plaintext, str(identity.recipient))

    assert b"".join(open_for_reading(io.BytesIO(content), [identity])) == plaintext


def test_a_file_that_was_not_closed_is_refused_by_their_tool_too(
    pair: tuple[Tool, AnyIdentity],
) -> None:
    tool, identity = pair
    destination = io.BytesIO()
    EncryptingWriter(destination, [identity.recipient]).write(bytes(17 * _CHUNK_BYTES))

    with pytest.raises((subprocess.CalledProcessError, pyrage.DecryptError)):
        tool.decrypt(destination.getvalue(), identity.secret_text())


def test_keys_made_by_pyrage_are_ours_to_read() -> None:
    theirs = pyrage.x25519.Identity.generate()

    recipient = parse_recipient(str(theirs.to_public()))

    assert str(recipient) == str(theirs.to_public())
