"""The sample that ships: an agreement file to fill in. It is refused until it is filled."""

from importlib.resources import files
from typing import Final

PLACEHOLDER: Final = "À REMPLACER"  # refused: only the recipient can give the value
EXAMPLE: Final = "EXEMPLE — à remplacer"  # marks what was read in no text of law


def sample_text() -> str:
    """Give the TOML text of the Pas-de-Calais sample."""
    sample = files("schemas.agreement").joinpath("samples", "pas_de_calais.toml")
    return sample.read_text(encoding="utf-8")
