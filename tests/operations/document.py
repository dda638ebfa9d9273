"""What an operator types in ``docs/operations.md``, and the answers the document promises.

A block of lines begins with ``console``. Marks before it, which readers do not see:

* ``<!-- part de : NOM -->``: a home of its own, in the state of that name;
* ``<!-- arrive : FICHIER, … -->``: what lies in the folder from here on;
* ``<!-- code N -->``: how the last line of the block ends, when that is not 0.

In the block, ``$`` begins what is typed (``\\`` at its end continues it) and the rest is what is
answered: each line of it comes, in that order, ``…`` standing for anything. What aligns columns
does not count. What stands behind **Au journal** names the evidence that is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[2] / "docs/operations.md"
_PROMPT: Final = "$ "
_CONTINUED: Final = " \\\n"
_ANYTHING: Final = "…"
_PIECE: Final = re.compile(
    r"^#{2,3} (?P<title>.+)$"
    r"|^<!-- (?P<mark>.+) -->$"
    r"|\*\*Au\sjournal\*\*(?P<evidence>(?:.+\n)+)"
    r"|^```(?P<language>.*)\n(?P<text>(?:.*\n)*?)```$",
    re.MULTILINE,
)
_EVENT_KIND: Final = re.compile(r"`([a-z_]+\.[a-z_]+)`")
_MARK: Final = re.compile(
    r"part de : (?P<start>.+)|arrive : (?P<arrivals>.+)|code (?P<exit_code>\d+)"
)


class DocumentError(Exception):
    """The document has a mark or a block that this module does not understand."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One command line, the answer that is promised, and its exit code."""

    line: str
    answers: tuple[str, ...]
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines typed one after the other; ``start`` is empty when it goes on from the one before."""

    start: str
    arrivals: tuple[str, ...]
    lines: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """One heading of the document, the blocks below it, and the evidence they leave."""

    title: str
    blocks: tuple[Block, ...]
    evidence: frozenset[str]


def procedures(text: str) -> tuple[Procedure, ...]:
    """Read the headings that have something to type. Raises ``DocumentError``."""
    found: list[Procedure] = []
    marks: dict[str, str] = {}
    for piece in _PIECE.finditer(text):
        if piece["title"]:
            found.append(Procedure(piece["title"], (), frozenset()))
        elif piece["evidence"]:
            kinds = frozenset(_EVENT_KIND.findall(piece["evidence"]))
            found[-1] = replace(found[-1], evidence=found[-1].evidence | kinds)
        elif piece["mark"]:
            marks |= _mark(piece["mark"])
        elif piece["language"] == "console":
            found[-1] = replace(found[-1], blocks=(*found[-1].blocks, _block(piece["text"], marks)))
            marks = {}
        elif piece["language"] != "mermaid":
            raise DocumentError(f"a block of neither commands nor drawing: {piece['text']}")
    if marks:
        raise DocumentError(f"marks that no block follows: {marks}")
    return tuple(procedure for procedure in found if procedure.blocks)


def missing_answer(answers: Sequence[str], output: str) -> str | None:
    """Give the first promised line that an output does not bring in its turn; None for none."""
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    for answer in answers:
        wanted = re.compile(".*".join(map(re.escape, " ".join(answer.split()).split(_ANYTHING))))
        if not any(wanted.fullmatch(line) for line in lines):
            return answer
    return None


def _mark(text: str) -> dict[str, str]:
    mark = _MARK.fullmatch(text)
    if mark is None:
        raise DocumentError(f"an unknown mark: {text}")
    return {name: value for name, value in mark.groupdict().items() if value}


def _block(text: str, marks: dict[str, str]) -> Block:
    lines = tuple(_typed(text))
    last = replace(lines[-1], exit_code=int(marks.get("exit_code", "0")))
    arrivals = tuple(filter(None, marks.get("arrivals", "").split(", ")))
    return Block(marks.get("start", ""), arrivals, (*lines[:-1], last))


def _typed(text: str) -> Iterator[Typed]:
    first, *rest = ("\n" + text).split("\n" + _PROMPT)
    if first.strip() or not rest:
        raise DocumentError(f"a block that does not begin with a line to type: {text}")
    for part in rest:
        whole = part.replace(_CONTINUED, " ")
        line, *answers = whole.splitlines()
        yield Typed(
            " ".join(line.split()), tuple(a for a in answers if a.strip() not in {"", _ANYTHING})
        )
