"""The inventory of ``docs/keys.md`` names every algorithm that the code uses, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("jobs", "exchange", "schemas", "keys")
_SOURCES = [path for package in _PACKAGES for path in sorted(_ROOT.glob(f"{package}/**/*.py"))]
_LIBRARY = "cryptography.hazmat.primitives"
_FAMILIES = {"ec", "hashes", "hashlib", "padding", "rsa"}
"""Modules whose members are algorithms, or stand for one with its own name."""
_STANDARD = {"hmac", "secrets"}
_NO_ALGORITHM = {
    "ECDSA",
    "EllipticCurve",
    "Hash",
    "RSA",
    "_Hash",
    "decode_dss_signature",
    "encode_dss_signature",
    "generate_private_key",
    "hashes",
    "padding",
    "serialization",
}
"""What only holds an algorithm, or is named by its family."""
_OF_A_KEY = re.compile("(Private|Public)Key$")


def test_the_inventory_names_every_algorithm_in_use_and_no_other() -> None:
    used = {name for path in _SOURCES for name in _algorithms(ast.parse(path.read_text("utf-8")))}

    assert _inventoried() == used - _NO_ALGORITHM


def test_an_algorithm_is_found_however_it_is_named() -> None:
    source = (
        "import hmac\nimport hashlib\nhashlib.new(name)\nfrom hashlib import blake2b\n"
        f"from {_LIBRARY}.ciphers.aead import AESSIV\n"
        f"from {_LIBRARY}.asymmetric import ec\nec.SECP256K1()\n"
        f"from {_LIBRARY} import hashes\nhashes.SM3()\n"
    )

    found = set(_algorithms(ast.parse(source))) - _NO_ALGORITHM

    assert found == {"hmac", "new", "blake2b", "AESSIV", "ec", "SECP256K1", "SM3"}


def _algorithms(tree: ast.Module) -> Iterator[str]:
    families = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith((_LIBRARY, "hashlib")):
            families |= {alias.name for alias in node.names} & _FAMILIES
            yield from (_OF_A_KEY.sub("", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            families |= {alias.name for alias in node.names} & _FAMILIES
            yield from {alias.name for alias in node.names} & _STANDARD
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in families:
            yield _OF_A_KEY.sub("", node.attr)


def _inventoried() -> set[str]:
    text = (_ROOT / "docs/keys.md").read_text("utf-8")
    section = text.partition("## Les algorithmes\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
