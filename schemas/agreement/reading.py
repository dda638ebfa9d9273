"""From the bytes of a file to an agreement: TOML, then shapes, then contradictions.

1. The file is bounded, in its lines too, UTF-8 and TOML.
2. An older format is read as the newest one would say it (``formats``).
3. Every table is closed: no unknown key, no missing key, no value of another type or form.
4. Nothing in it contradicts anything else in it.
5. The digest is that of the exact bytes that were read.

Each stage reports all it finds; a later stage runs only on what an earlier one accepted.
"""

import hashlib
from typing import Any, Final

from marshmallow import ValidationError

from schemas.agreement.checks import contradictions
from schemas.agreement.document import Agreement
from schemas.agreement.formats import as_newest
from schemas.agreement.problems import AgreementError, Problem
from schemas.agreement.tables.agreement import AgreementSchema
from schemas.toml_file import TomlFileError, problems_of, read_toml

_WHAT: Final = "un fichier de convention"


def read_agreement(data: bytes) -> Agreement:
    """Read an agreement file.

    Raises ``AgreementError`` with every problem of the first stage that finds one.
    """
    document = as_newest(_toml(data))  # (1) (2)
    try:
        values = AgreementSchema().load(document)  # (3)
    except ValidationError as error:
        raise AgreementError(problems_of(error.messages)) from None
    agreement = Agreement(digest=hashlib.sha256(data).hexdigest(), **values)  # (5)
    if problems := contradictions(agreement):  # (4)
        raise AgreementError(problems)
    return agreement


def _toml(data: bytes) -> dict[str, Any]:
    try:
        return read_toml(data, _WHAT)
    except TomlFileError as error:
        raise AgreementError([Problem("", str(error))]) from None
