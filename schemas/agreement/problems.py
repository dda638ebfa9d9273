"""What is wrong with an agreement file, said so that its author can mend it.

SchemasError
├── AgreementError     the file is refused; it holds every problem found
└── UnknownIdError     an id that the agreement does not have
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.errors import SchemasError
from schemas.toml_file import Problem

__all__ = ["AgreementError", "Problem", "Remark", "UnknownIdError"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What the file may say but its author should see: a key path and a French sentence."""

    path: str
    sentence: str


class AgreementError(SchemasError):
    """The agreement file is refused: mend every one of ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            " ; ".join(f"{problem.path} : {problem.sentence}" for problem in self.problems)
        )


class UnknownIdError(SchemasError):
    """The agreement has no such id."""
