"""An agreement with many periods, one falling due each day."""

from datetime import date, timedelta

from tests.fakes.situation import AGREEMENT, RECIPIENTS, Situation

FIRST_DAY = date(2023, 2, 1)
_DECLARED_EVERY = 3


def load_periods(situation: Situation, count: int) -> tuple[str, ...]:
    """Bring that many periods into force; give the names of the transfers that they owe.

    Every third one waits for a declaration, which is given; the others leave without.
    """
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    text += "".join(_deadline(number) for number in range(count))
    situation.agreement.write_text(text, "utf-8")
    situation.departement.do(*situation.loading())
    for number in range(0, count, _DECLARED_EVERY):
        situation.departement.do("deadline", "ready", _id(number))
    return tuple(f"{AGREEMENT}_{_id(number)}_{_recipient(number)}_r1" for number in range(count))


def day_of(number: int) -> date:
    """Give the day on which a period falls due."""
    return FIRST_DAY + timedelta(days=number)


def _deadline(number: int) -> str:
    rule = "send" if number % _DECLARED_EVERY else "hold"
    return f"""
[[deadlines]]
id = "{_id(number)}"
label = "Période {number}"
kind = "survey"
cut_off = 2022-12-30
send_from = {day_of(number)}
send_by = {day_of(number)}
due = {day_of(number)}
if_undeclared = "{rule}"
instruction = "instruction-1"
content = "all"
recipients = ["{_recipient(number)}"]
"""


def _id(number: int) -> str:
    return f"periode-{number}"


def _recipient(number: int) -> str:
    return RECIPIENTS[number % len(RECIPIENTS)]
