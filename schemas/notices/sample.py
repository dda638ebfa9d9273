"""The sample that ships: a notices file to fill in. It is refused until it is filled."""

from importlib.resources import files


def notices_sample() -> str:
    """Give the TOML text of the sample."""
    return files("schemas.notices").joinpath("sample.toml").read_text(encoding="utf-8")
