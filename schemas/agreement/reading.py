"""From the bytes of a file to an agreement: TOML, then shapes, then contradictions.

1. The file is bounded, in its lines too, UTF-8 and TOML.
2. An older format is read as the newest one would say it (``formats``).
3. Every table is closed: no unknown key, no missing key, no value of another type or form.
4. Nothing in it contradicts anything else in it.
5. The digest is that of the exact bytes that were read.

Each stage reports all it finds; a later stage runs only on what an earlier one accepted.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from marshmallow import ValidationError

from schemas.agreement.checks import contradictions
from schemas.agreement.document import Agreement
from schemas.agreement.formats import as_newest
from schemas.agreement.problems import AgreementError, Problem
from schemas.agreement.tables.agreement import AgreementSchema

MAX_FILE_BYTES: Final = 1024 * 1024

# tomllib takes quadratic time and memory over the parts of a dotted key: an hour for 1 MiB.
_MAX_DOTS_A_LINE: Final = 256
_MAX_SHOWN_KEY_CHARACTERS: Final = 60

_TOML_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_agreement(data: bytes) -> Agreement:
    """Read an agreement file.

    Raises ``AgreementError`` with every problem of the first stage that finds one.
    """
    document = as_newest(_toml(_text(data)))  # (1) (2)
    try:
        values = AgreementSchema().load(document)  # (3)
    except ValidationError as error:
        raise AgreementError(sorted(_problems(error.messages), key=_place)) from None
    agreement = Agreement(digest=hashlib.sha256(data).hexdigest(), **values)  # (5)
    if problems := contradictions(agreement):  # (4)
        raise AgreementError(problems)
    return agreement


def _text(data: bytes) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise _refused("le fichier dépasse 1 Mio : ce n'est pas un fichier de convention")
    try:
        return data.decode("utf-8-sig")  # a byte order mark is what Windows' Notepad adds
    except UnicodeDecodeError:
        raise _refused("le fichier n'est pas en UTF-8 : enregistrez-le en UTF-8") from None


def _toml(text: str) -> dict[str, Any]:
    _require_short_keys(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        where = f", ligne {place[1]}, colonne {place[2]}" if place else ""
        sentence = (
            f"le fichier n'est pas du TOML{where} : cherchez un guillemet ou un crochet qui "
            "manque, ou une clé écrite deux fois"
        )
        raise _refused(sentence) from None


def _require_short_keys(text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS_A_LINE:
            raise _refused(f"la ligne {number} a plus de {_MAX_DOTS_A_LINE} points : coupez-la")


def _refused(sentence: str) -> AgreementError:
    return AgreementError([Problem("", sentence)])


def _problems(messages: Any, path: str = "") -> Iterator[Problem]:  # noqa: ANN401 -- marshmallow nests dictionaries and lists freely
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _problems(inner, _join(path, key))
    else:
        yield from (Problem(path, sentence) for sentence in messages)


def _join(path: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    if key == "_schema":  # marshmallow's name for the table itself
        return path
    shown = key[:_MAX_SHOWN_KEY_CHARACTERS]
    return f"{path}.{shown}" if path else shown


def _place(problem: Problem) -> list[tuple[bool, int, str]]:
    """Order paths as a reader counts: ``recipients[2]`` before ``recipients[10]``."""
    parts = re.findall(r"\d+|[^\d]+", problem.path)
    # The longer number is the greater; an unknown key may have more digits than int() reads.
    return [(part.isdecimal(), len(part) if part.isdecimal() else 0, part) for part in parts]
