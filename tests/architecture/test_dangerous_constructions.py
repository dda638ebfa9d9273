"""What the code must not hold, since no input can then reach it: interpreters, weak algorithms.

``ruff`` forbids much of it line by line, and a comment lifts that; nothing lifts this.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("jobs", "exchange", "schemas", "keys")
_SOURCES = sorted(path for package in _PACKAGES for path in _ROOT.glob(f"{package}/**/*.py"))

_INTERPRETERS = {"code", "codeop", "ctypes", "multiprocessing", "pty", "runpy", "subprocess"}
_UNSAFE_READERS = {"dill", "jsonpickle", "lxml", "marshal", "pickle", "shelve", "xml", "yaml"}
_TEMPLATES = {"jinja2", "mako"}
_MODULES = _INTERPRETERS | _UNSAFE_READERS | _TEMPLATES | {"random", "uuid"}
_CALLS = {"eval", "exec", "__import__", "os.system", "os.popen", "redirect", "flask.redirect"}
_WORDS = re.compile(
    r"\b(md5|sha1|MD5|SHA1|ECB|CBC|Blowfish|ARC4|TripleDES|CERT_NONE|_create_unverified_context"
    r"|render_template_string)\b|check_hostname\s*=\s*False|verify\s*=\s*False"
)
_CONNECTIONS = re.compile(
    r"psycopg\.connect|(.*\.)?(HTTPS?Connection|SMTP(_SSL)?|create_connection|socket|urlopen|Session)"
)
_CONNECTING = {
    "exchange/notices/ping.py",
    "exchange/notices/smtp.py",
    "exchange/storage/postgresql_engine.py",
}
"""To the one address each that somebody wrote in a file of the machine's."""
_LISTENING = {"exchange/web/serving/addresses.py"}
"""It tries where the service is to listen, on this machine, and says nothing to whoever answers."""
_SQL = {"text", "exec_driver_sql"}
_BUILT_SQL = {"rewriting.py", "schema.py", "sqlite_engine.py"}
"""Where SQL is made of names that are the code's own, and of none that anybody gave."""


def test_the_code_holds_nothing_dangerous() -> None:
    found = {
        (str(path.relative_to(_ROOT)), fault)
        for path in _SOURCES
        for fault in _faults(path.read_text("utf-8"), path.name)
    }

    assert found == set()


def test_three_modules_alone_begin_a_connection() -> None:
    reaching = {
        str(path.relative_to(_ROOT))
        for path in _SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _CONNECTIONS.fullmatch(ast.unparse(node.func))
    }

    assert reaching == _CONNECTING | _LISTENING


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from xml.etree import ElementTree",
        "import subprocess as s",
        "eval(text)",
        "os.system(word)",
        "flask.redirect(address)",
        "hashlib.md5(data)",
        "context.check_hostname = False",
        "connection.execute(text(f'DELETE FROM {name}'))",
        "connection.exec_driver_sql('SELECT ' + name)",
    ],
)
def test_what_is_dangerous_is_found(source: str) -> None:
    assert list(_faults(source, "planted.py"))


def _faults(source: str, name: str) -> Iterator[str]:
    yield from (found[0] for found in _WORDS.finditer(source))
    for node in ast.walk(ast.parse(source)):
        yield from _imported(node) & _MODULES
        if isinstance(node, ast.Call):
            yield from _faults_of(node, name)


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {str(node.module).partition(".")[0]}
    return set()


def _faults_of(call: ast.Call, name: str) -> Iterator[str]:
    called = ast.unparse(call.func)
    if called in _CALLS:
        yield called
    is_sql = _last_word(call.func) in _SQL and call.args
    if is_sql and not isinstance(call.args[0], ast.Constant) and name not in _BUILT_SQL:
        yield called


def _last_word(called: ast.expr) -> str:
    return ast.unparse(called).rpartition(".")[2]
