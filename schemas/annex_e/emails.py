"""E-mail addresses: the form that mail to a French mailbox really has.

Stricter than marshmallow's own check, which takes quoted local parts, IP literals, `localhost`
and accented local parts: all of them typing faults here. docs/decisions/0006 says why.
"""

import re
from typing import Final
from unicodedata import normalize

from schemas.annex_e.codes import RuleCode
from schemas.annex_e.columns import COURRIEL
from schemas.annex_e.identifiers import allocation_number_faults

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3
_LOCAL_PART: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"  # RFC 1035, 2.3.1
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--{_LABEL})")
_LOCAL_PART_MAX_CHARACTERS: Final = 64  # RFC 5321, 4.5.3.1.1


def email_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return COURRIEL_FORMAT and IDENTIFIANT_SOCIAL as the normal form `cell` deserves them.

    A cell over the length of the column is not read further: its length is its fault.
    """
    if COURRIEL.max_characters is not None and len(cell) > COURRIEL.max_characters:
        return ()
    local_part, _, domain = cell.rpartition("@")
    faults = allocation_number_faults(local_part or domain)
    if (
        len(local_part) <= _LOCAL_PART_MAX_CHARACTERS
        and _LOCAL_PART.fullmatch(local_part)
        and _is_domain(domain.lower())
    ):
        return faults
    return (RuleCode.COURRIEL_FORMAT, *faults)


def email_form(cell: str) -> str:
    """Return an address without fault with its domain in lower case; the local part is kept."""
    local_part, at_sign, domain = cell.rpartition("@")
    return f"{local_part}{at_sign}{normalize('NFC', domain.lower())}"


def _is_domain(domain: str) -> bool:
    if domain.isascii():
        return _DOMAIN.fullmatch(domain) is not None
    if not domain.replace("-", "").replace(".", "").isalnum():
        return False
    try:
        encoded = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _DOMAIN.fullmatch(encoded) is not None
