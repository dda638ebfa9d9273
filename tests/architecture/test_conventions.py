"""What every module, event, schema and setting has to be, whoever wrote it."""

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import RAISE, Schema

import exchange
import keys
import schemas
from exchange import settings
from exchange.audit.catalogue import CATALOGUE
from exchange.audit.events import EventKind

_ROOT = Path(__file__).parents[2]
_PACKAGES = (exchange, schemas, keys)
# Alembic runs this one inside a migration; it is no module to import.
_RUN_BY_ALEMBIC = "exchange.storage.migrations.env"
_MODULES = sorted(
    module.name
    for package in _PACKAGES
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if module.name != _RUN_BY_ALEMBIC
)
_SOURCES = sorted(
    path for package in _PACKAGES for path in (_ROOT / package.__name__).rglob("*.py")
)
_LONGEST_FUNCTION, _LONGEST_MODULE = 50, 400
# sudo writes this one itself: nobody sets it.
_SET_BY_THE_SYSTEM = {"SUDO_USER"}

_WATCHED_IMPORT = """
import os, sys

def watch(event, arguments):
    if event == "open":
        writes = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    else:
        writes = event.startswith(("socket.", "subprocess.", "os.mkdir", "os.rename", "os.remove"))
    if writes:
        print(event, *arguments)

sys.addaudithook(watch)
before = dict(os.environ)
for name in sys.argv[1:]:
    __import__(name)
if dict(os.environ) != before:
    print("the environment has changed")
"""


def _name(path: Path) -> str:
    return str(path.relative_to(_ROOT))


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in _SOURCES:
        yield _name(path), ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_of_the_catalogue_is_emitted_somewhere(kind: EventKind) -> None:
    mark = re.compile(rf"\bEventKind\.{kind.name}\b")
    emitting = [path for path in _SOURCES if mark.search(path.read_text("utf-8"))]

    assert {path.name for path in emitting} - {"catalogue.py"}


def test_every_event_is_in_the_catalogue_and_documented() -> None:
    documented = (_ROOT / "docs/audit-events.md").read_text("utf-8")

    assert set(CATALOGUE) == set(EventKind)
    assert [kind for kind in EventKind if f"| `{kind}` |" not in documented] == []


def test_every_schema_refuses_unknown_fields() -> None:
    for name in _MODULES:
        importlib.import_module(name)

    ours = {one for one in _descendants(Schema) if one.__module__.startswith("schemas.")}

    assert len(ours) > 10
    assert [one.__qualname__ for one in ours if one.Meta.unknown != RAISE] == []


def test_every_setting_is_in_the_readme() -> None:
    tree = ast.parse((_ROOT / "exchange/settings.py").read_text("utf-8"))
    readme = (_ROOT / "README.md").read_text("utf-8")

    read = {
        ast.unparse(call.args[0]).strip("'")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "environment.get"
    }
    names = {getattr(settings, name, name) for name in read}

    assert settings.HOME_VARIABLE in names
    assert [name for name in sorted(names - _SET_BY_THE_SYSTEM) if name not in readme] == []


def test_the_settings_alone_read_the_environment() -> None:
    readers = {
        name
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb", "getenv"}
        # What a server tells an application of one request bears the same name (PEP 3333).
        and ast.unparse(node) != "request.environ"
    }

    assert readers == {"exchange/settings.py"}


def test_every_command_reads_what_it_is_given_as_a_stranger_s() -> None:
    reads_at_will = re.compile(r"\.read_(?:bytes|text)\(|\bopen\(")
    commands = [path for path in _SOURCES if path.parent.name == "cli"]

    readers = {path.name for path in commands if reads_at_will.search(path.read_text("utf-8"))}

    assert readers == {"given_files.py"}


def test_importing_any_module_does_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED_IMPORT, *_MODULES],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_the_watch_over_imports_sees_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "busy.py").write_text(
        "import socket\nopen('made', 'w').close()\nsocket.socket().close()\n", "utf-8"
    )

    done = subprocess.run(
        [sys.executable, "-c", _WATCHED_IMPORT, "busy"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "open made" in done.stdout
    assert "socket." in done.stdout


def test_no_function_is_longer_than_a_screen() -> None:
    # A migration is one list of tables, as Alembic wrote it.
    long = [
        (name, node.name)
        for name, tree in _trees()
        if "migrations" not in name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _length(node) > _LONGEST_FUNCTION
    ]

    assert long == []


def test_no_module_is_too_long_to_hold_one_concept() -> None:
    lengths = {_name(path): len(path.read_text("utf-8").splitlines()) for path in _SOURCES}

    assert {name: lines for name, lines in lengths.items() if lines > _LONGEST_MODULE} == {}


def test_nothing_is_left_to_be_done_later() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")

    assert [_name(path) for path in _SOURCES if mark.search(path.read_text("utf-8"))] == []


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "base", "manager", "service", "misc"}

    assert [_name(path) for path in _SOURCES if path.stem in empty] == []


def test_every_module_says_what_it_is() -> None:
    silent = [name for name, tree in _trees() if ast.get_docstring(tree) is None]

    assert silent == []


def test_the_decisions_are_numbered_without_a_gap_and_dated() -> None:
    decisions = sorted((_ROOT / "docs/decisions").glob("*.md"))

    numbers = [int(path.name[:4]) for path in decisions]
    headings = [path.read_text("utf-8").splitlines()[:3] for path in decisions]

    assert numbers == list(range(1, len(decisions) + 1))
    for number, (title, _, day) in zip(numbers, headings, strict=True):
        assert title.startswith(f"# {number:04} — ")
        assert re.match(r"20\d\d-\d\d-\d\d\b", day)


def _descendants(kind: type[Schema]) -> Iterator[type[Schema]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
