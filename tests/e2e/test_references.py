"""References: one person has unrelated ones at two recipients, and each is unique."""

import csv
import io

import pytest

from tests.fakes.situation import DEADLINE, DGEFP, PROVIDER, RECIPIENTS, Situation


@pytest.fixture(name="both_referenced")
def _both_referenced(fresh: Situation) -> Situation:
    """Give both recipients references: version 2 of the agreement instructs it."""
    path = fresh.agreement
    text = path.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    head, mark, tail = text.partition("classical_reason =")
    assert mark
    path.write_text(f'{head}reference_instruction = "instruction-2"\n{mark}{tail}', "utf-8")
    fresh.departement.do(*fresh.loading())
    fresh.departement.do("export", "--deadline", DEADLINE, "--for-real")
    return fresh


def test_the_references_of_two_recipients_are_disjoint(both_referenced: Situation) -> None:
    by_person = {name: _references(both_referenced, name) for name in RECIPIENTS}

    assert len(by_person[DGEFP]) == 200
    assert by_person[DGEFP].keys() == by_person[PROVIDER].keys()
    for references in by_person.values():
        assert len(set(references.values())) == len(references)
    assert not set(by_person[DGEFP].values()) & set(by_person[PROVIDER].values())


def _references(situation: Situation, recipient_id: str) -> dict[tuple[str, ...], str]:
    folder = situation.folder / "opened" / recipient_id
    situation.departement.do(
        *("open", situation.package(recipient_id)),
        *("--identity", situation.keys(recipient_id) / "identity.txt"),
        *("--sender-cert", situation.departement.seal_certificate),
        *("--out", folder, "--accept-trial"),
    )
    (opened,) = folder.glob("*.csv")
    text = io.StringIO(opened.read_text("utf-8-sig"))
    rows = list(csv.reader(text, delimiter=";"))[1:]
    return {tuple(cells): reference for *cells, reference in rows}
