"""Flipping the bits of a document one at a time, and what a reader lets pass."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest

_SEED: Final = 20230131

EXTENTS: Final = [
    pytest.param(False, id="one bit of every byte"),
    pytest.param(True, id="every bit", marks=pytest.mark.long),
]
"""The values of a test's parameter ``whole``."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One bit of one byte of a document; ``bit`` counts from the least."""

    position: int
    bit: int


Flipped: TypeAlias = tuple[Flip, bytes]


def flipped(document: bytes, *, whole: bool) -> Iterator[Flipped]:
    """Flip every bit in turn, or one of every byte: the same ones at each run."""
    choice = random.Random(_SEED)
    altered = bytearray(document)
    for position, byte in enumerate(document):
        for bit in range(8) if whole else (choice.randrange(8),):
            altered[position] = byte ^ 1 << bit
            yield Flip(position, bit), bytes(altered)
        altered[position] = byte


def let_pass(
    altered: Iterable[Flipped],
    read: Callable[[bytes], object],
    refusals: type[Exception] | tuple[type[Exception], ...],
) -> list[Flip]:
    """Give the flips that a reader does not refuse. Whatever else it raises is raised here."""
    passed = []
    for flip, document in altered:
        try:
            read(document)
        except refusals:
            continue
        passed.append(flip)
    return passed
