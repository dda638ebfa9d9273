"""The synthetic people are what the other tests suppose."""

import csv
import re
from itertools import islice
from pathlib import Path
from unicodedata import combining, normalize

from schemas.annex_e import COLUMNS, Level, RuleCode
from tests.fakes.people import LOCAL_COLUMNS, people, write_local_export
from tests.fakes.planted_faults import plant_faults


def _folded(name: str) -> str:
    plain = "".join(sign for sign in normalize("NFD", name) if not combining(sign))
    return re.sub("[^a-z]", "", plain.casefold().replace("œ", "oe"))


def test_people_are_the_same_for_the_same_seed_alone() -> None:
    assert list(people(50, seed=1)) == list(people(50, seed=1))
    assert list(people(50, seed=1)) != list(people(50, seed=2))


def test_no_two_people_share_name_and_birth_date() -> None:
    identities = [
        (_folded(person["nom"]), _folded(person["prenom"]), person["date_naissance"])
        for person in people(100_000, seed=3)
    ]

    assert len(set(identities)) == len(identities)


def test_local_export_is_read_back_with_local_names_and_a_surplus_field(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    planted = [row.cells for row in islice(plant_faults(seed=4), 2)]

    write_local_export(path, planted, encoding="cp1252", delimiter=";")

    with path.open(encoding="cp1252", newline="") as file:
        header, surplus, plain = csv.reader(file, delimiter=";")
    assert header == list(LOCAL_COLUMNS.values())
    assert set(LOCAL_COLUMNS) == set(COLUMNS)
    assert len(surplus) == len(header) + 1
    assert len(plain) == len(header)


def test_planted_faults_cover_every_row_code_but_those_of_a_base() -> None:
    planted = {row.code for row in plant_faults(seed=5)} - {None}

    expected = {code for code in RuleCode if code.level is not Level.FILE_REFUSED}
    assert planted == expected - {RuleCode.HOMONYME_POSSIBLE, RuleCode.CLE_LOCALE_DOUTEUSE}
