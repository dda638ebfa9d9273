"""Plausible rows raise no alarm; planted numbers never pass."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import pytest

from schemas.annex_e import COLUMNS, RuleCode, SourceRow, judge
from tests.fakes.people import SURPLUS_FIELD, Person, people
from tests.fakes.planted_faults import plant_faults
from tests.unit.schemas.annex_e.nir_numbers import NirParts
from tests.unit.schemas.annex_e.sound_row import CONTEXT, found

_SEED = 20_230_131
_BATCH_ROWS = 1_000
_NEED_OTHER_ROWS = (
    RuleCode.DOUBLON_CONTRADICTOIRE,
    RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE,
    None,
)
_SEPARATORS = ("", " ", ".", "-", "  ", " - ", ". ", "\xa0", "\u2011", "–")
_HIDING_PLACES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("prenom", "{}".format),
    ("nom", "Delattre {}".format),
    ("nom", "{}, Delattre".format),
    ("adresse", "{}, 12 rue du 8 mai 1945".format),
    ("adresse", "12 bis rue du 8 mai 1945 n°{}".format),
    ("adresse", "12 {}".format),
    ("courriel", lambda number: f"zoe.{number.replace(' ', '')}@exemple.fr"),
    ("telephone", "{}".format),
)


def _codes(rows: Iterable[Person]) -> Counter[RuleCode]:
    source = (
        SourceRow(line, tuple(row[column] for column in COLUMNS))
        for line, row in enumerate(rows, 2)
    )
    codes: Counter[RuleCode] = Counter()
    while batch := list(islice(source, _BATCH_ROWS)):
        codes.update(
            finding.code for verdict in judge(batch, CONTEXT) for finding in verdict.findings
        )
    return codes


def _planted_numbers(count: int) -> Iterator[tuple[NirParts, str]]:
    """Give numbers over every range, each with one separator between groups or anywhere."""
    chance = random.Random(_SEED)
    months = [*range(1, 13), *range(20, 43), *range(50, 100)]
    departements = [*(f"{number:02d}" for number in range(1, 100)), "2A", "2B", "2a", "2b"]
    for _ in range(count):
        yield (
            NirParts(
                sex=chance.choice("123478"),
                year=f"{chance.randrange(100):02d}",
                month=f"{chance.choice(months):02d}",
                departement=chance.choice(departements),
                rest=f"{chance.randrange(1_000_000):06d}",
            ),
            chance.choice(_SEPARATORS),
        )


def test_plausible_people_have_no_finding_in_a_sample() -> None:
    assert _codes(people(20_000, _SEED)) == Counter()


@pytest.mark.long
def test_plausible_people_raise_at_most_one_false_nir_alarm_in_ten_thousand() -> None:
    count = 200_000

    codes = _codes(people(count, _SEED + 1))

    assert codes[RuleCode.NIR] + codes[RuleCode.NIR_MAL_FORME] <= count // 10_000
    assert codes == Counter()


def test_no_planted_number_passes_whatever_its_separator_and_place() -> None:
    passed = [
        (parts, separator, column)
        for parts, separator in _planted_numbers(400)
        for key in ("", f"{parts.key:02d}", f"{parts.key % 97 + 1:02d}")
        for column, hide in _HIDING_PLACES
        if not _is_found(column, hide(parts.grouped(separator, key=key)))
    ]

    assert passed == []


def test_no_planted_number_passes_when_its_digits_are_scattered() -> None:
    chance = random.Random(_SEED)

    passed = [
        parts
        for parts, _ in _planted_numbers(2_000)
        if not _is_found("adresse", _scattered(parts.with_key(), chance))
    ]

    assert passed == []


def test_planted_faults_are_found_each_with_its_code_and_column() -> None:
    planted = [row for row in plant_faults(_SEED) if row.code not in _NEED_OTHER_ROWS]

    findings = [
        [(row.column, RuleCode.LIGNE_NOMBRE_CHAMPS)]
        if SURPLUS_FIELD in row.cells
        else [(column, RuleCode[code]) for column, code in found(**row.cells)]
        for row in planted
    ]

    assert findings == [[(row.column, row.code)] for row in planted]


def _scattered(number: str, chance: random.Random) -> str:
    return "".join(sign + chance.choice(("", "", " ", ".", "-")) for sign in number)


def _is_found(column: str, cell: str) -> bool:
    """Under either code: a house number before a wrong key may make it right."""
    return not {(column, "NIR"), (column, "NIR_MAL_FORME")}.isdisjoint(found(**{column: cell}))
