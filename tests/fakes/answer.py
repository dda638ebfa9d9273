"""What came of a command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended: its exit code, and what it wrote."""

    exit_code: int
    output: str
    complaint: str
