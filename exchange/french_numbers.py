"""Whole numbers as French people write them, alone or with what they count."""


def counted(value: int, noun: str) -> str:
    """Write how many of something there are: 0 ligne, 1 ligne, 2 lignes."""
    return f"{integer(value)} {noun}{'s' if value > 1 else ''}"


def integer(value: int) -> str:
    """Write a whole number with its thousands apart: 29 660."""
    return f"{value:,}".replace(",", " ")
