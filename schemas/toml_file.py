"""A TOML file that a person writes: read within bounds, and what is wrong with it said.

The file is bounded, in its lines too, UTF-8 and TOML; what marshmallow then says of its tables
is given as problems, each with the path of its key.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

MAX_FILE_BYTES: Final = 1024 * 1024

# tomllib takes quadratic time and memory over the parts of a dotted key: an hour for 1 MiB.
_MAX_DOTS_A_LINE: Final = 256
_MAX_SHOWN_KEY_CHARACTERS: Final = 60

_TOML_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file is refused: a key path such as ``recipients[1].fingerprint``, and what to write.

    ``path`` is empty when the whole file is concerned.
    """

    path: str
    sentence: str


class TomlFileError(Exception):
    """The bytes are not such a file; the text is a French sentence for its author."""


def read_toml(data: bytes, what: str) -> dict[str, Any]:
    """Read a file's tables; ``what`` says in French what it should be. Raises ``TomlFileError``."""
    text = _text(data, what)
    _require_short_keys(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _TOML_PLACE.search(str(error))
        where = f", ligne {place[1]}, colonne {place[2]}" if place else ""
        raise TomlFileError(
            f"le fichier n'est pas du TOML{where} : cherchez un guillemet ou un crochet qui "
            "manque, ou une clé écrite deux fois"
        ) from None


def problems_of(messages: Any) -> list[Problem]:  # noqa: ANN401 -- marshmallow nests dictionaries and lists freely
    """Give what marshmallow found, in the order in which a reader counts."""
    return sorted(_problems(messages), key=_place)


def _text(data: bytes, what: str) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise TomlFileError(f"le fichier dépasse 1 Mio : ce n'est pas {what}")
    try:
        return data.decode("utf-8-sig")  # a byte order mark is what Windows' Notepad adds
    except UnicodeDecodeError:
        raise TomlFileError("le fichier n'est pas en UTF-8 : enregistrez-le en UTF-8") from None


def _require_short_keys(text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS_A_LINE:
            raise TomlFileError(
                f"la ligne {number} a plus de {_MAX_DOTS_A_LINE} points : coupez-la"
            )


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
