import pytest

from exchange.intake.doubles import Doubles, judge_doubles
from exchange.intake.staging import DifferingRow
from exchange.people.person import new_person_id
from exchange.people.sealing import PersonSealing
from keys.keyring_file import KeyId, KeyPurpose
from keys.sealing import RecordSealer
from schemas.annex_e import Record

_SEALER = RecordSealer(KeyId(KeyPurpose.RECORDS, "spie-62", 1), b"k" * 32)
_SEALING = PersonSealing("spie-62", b"i" * 32, _SEALER, {1: _SEALER})


def _row(
    line: int, telephone: str, *, nom: str = "Petit", known: int = 0, entry: int = 4, key: str = ""
) -> DifferingRow:
    record = Record(
        prenom="Anne",
        nom=nom,
        date_naissance="1971-03-12",
        adresse="",
        code_postal="",
        courriel="",
        telephone=telephone,
        date_entree=f"2022-05-0{entry}",
    )
    person_id = bytes([known]) * 16 if known else new_person_id()
    sealed = _SEALING.seal(_SEALING.prepare(record, key), person_id, homonym=0)
    return DifferingRow(line, sealed, is_known=known > 0)


def test_rows_that_share_a_contact_contradict_each_other() -> None:
    rows = [_row(2, "+331", entry=4), _row(3, "+331", entry=5)]

    assert judge_doubles(rows, _SEALING, dry_run=False) == Doubles((2, 3), ())


def test_rows_that_share_none_may_be_homonyms() -> None:
    rows = [
        _row(2, "+331"),
        _row(3, "+332"),
        _row(4, "+331", nom="Grand"),
        _row(5, "+331", nom="Grand"),
    ]

    assert judge_doubles(rows, _SEALING, dry_run=False) == Doubles((), (2, 3))


def test_a_third_row_that_shares_none_is_not_refused_with_the_others() -> None:
    rows = [_row(2, "+331", entry=4), _row(3, "+331", entry=5), _row(4, "+332")]

    assert judge_doubles(rows, _SEALING, dry_run=False) == Doubles((2, 3), (4,))


@pytest.mark.parametrize(("dry_run", "contradictory"), [(False, ()), (True, (2, 3))])
def test_known_homonyms_contradict_each_other_in_a_dry_run_only(
    dry_run: bool,  # noqa: FBT001 - a parameter of the test
    contradictory: tuple[int, ...],
) -> None:
    rows = [_row(2, "+331", known=1, entry=4), _row(3, "+331", known=2, entry=5)]

    assert judge_doubles(rows, _SEALING, dry_run=dry_run) == Doubles(contradictory, ())


def test_a_row_without_a_key_contradicts_one_with_a_key_of_the_same_person() -> None:
    rows = [_row(2, "+331", key="A1"), _row(3, "+331")]

    assert judge_doubles(rows, _SEALING, dry_run=False) == Doubles((2, 3), ())


def test_a_row_without_a_key_that_shares_no_contact_may_be_a_homonyms() -> None:
    rows = [_row(2, "+331", key="A1"), _row(3, "+332")]

    assert judge_doubles(rows, _SEALING, dry_run=False) == Doubles((), (2, 3))


def test_two_keys_are_two_people_whatever_they_share() -> None:
    rows = [_row(2, "+331", key="A1", entry=4), _row(3, "+331", key="A2", entry=5)]

    assert judge_doubles(rows, _SEALING, dry_run=False) == Doubles((), ())


def test_a_crowd_under_one_identity_is_refused_unopened() -> None:
    rows = [_row(line, f"+33{line}") for line in range(2, 102)]
    no_keys = PersonSealing("spie-62", b"", _SEALER, {})

    assert judge_doubles(rows, no_keys, dry_run=False) == Doubles(tuple(range(2, 102)), ())
