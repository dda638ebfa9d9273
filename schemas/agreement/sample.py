"""The sample that ships: an agreement file to fill in. It is refused until it is filled."""

from importlib.resources import files


def sample_text() -> str:
    """Give the TOML text of the Pas-de-Calais sample."""
    sample = files("schemas.agreement").joinpath("samples", "pas_de_calais.toml")
    return sample.read_text(encoding="utf-8")
