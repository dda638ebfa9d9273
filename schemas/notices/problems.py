"""What is wrong with a notices file, said so that its author can mend it.

SchemasError
└── NoticesFileError     the file is refused; it holds every problem found
"""

from collections.abc import Iterable

from schemas.errors import SchemasError
from schemas.toml_file import Problem


class NoticesFileError(SchemasError):
    """The notices file is refused: mend every one of ``problems``."""

    way_out = "corrigez notices.toml (docs/notices.md), puis : spie-exchange notices test"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        sentences = " ; ".join(
            f"{problem.path} : {problem.sentence}" if problem.path else problem.sentence
            for problem in self.problems
        )
        super().__init__(f"notices.toml : {sentences}")
