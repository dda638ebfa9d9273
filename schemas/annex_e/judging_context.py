"""What judging a row needs to know besides the row."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class JudgingContext:
    """The day of judging, the period of the actions (both ends included), the territory.

    `territory_postcode_prefixes` are the first digits of the territory's postcodes ("62");
    empty when the agreement names none, and then no postcode is outside the territory.
    """

    today: date
    actions_start: date
    actions_end: date
    territory_postcode_prefixes: tuple[str, ...] = ()
