import pytest

from exchange.audit.checkpoints import current_checkpoint
from exchange.audit.errors import InvalidCheckpointError
from exchange.audit.log_keys import LogKeys
from keys.notes import MAX_SIGNATURES, NoteSigner, NoteVerifier
from tests.fakes.evidence_rows import log_of

_ORIGIN = "spie-exchange/essai"
_OLD, _NEW, _NEWEST = (NoteSigner.generate(_ORIGIN) for _ in range(3))
_BEFORE = LogKeys(_ORIGIN, (_OLD,))
_KEYS = LogKeys(_ORIGIN, (_OLD, _NEW))


def _note(size: int, signer: NoteSigner) -> str:
    return current_checkpoint(log_of(size), _ORIGIN, signer)


def _handover(size: int) -> str:
    return _KEYS.handed_over(_note(size, _NEW), [_note(size - 1, _OLD)])


def test_the_first_note_of_a_new_key_is_signed_by_the_one_before_too() -> None:
    note = _handover(5)

    for signer in (_OLD, _NEW):
        assert NoteVerifier.parse(signer.verifier_key).verify(note).split("\n")[1] == "5"


def test_the_notes_that_follow_are_signed_by_the_new_key_alone() -> None:
    note = _note(6, _NEW)

    assert _KEYS.handed_over(note, [_note(4, _OLD), _handover(5)]) == note


@pytest.mark.parametrize("kept", [[], [_note(3, _OLD)]], ids=["none kept", "some kept"])
def test_a_log_with_one_key_hands_nothing_over(kept: list[str]) -> None:
    note = _note(4, _OLD)

    assert _BEFORE.handed_over(note, kept) == note


def test_what_an_old_key_signed_before_it_handed_over_is_still_opened() -> None:  # (1)
    kept = [_note(2, _OLD), _note(4, _OLD), _handover(5), _note(7, _NEW)]

    assert [checkpoint.size for checkpoint in _KEYS.open_all(kept, kept)] == [2, 4, 5, 7]


def test_between_the_new_key_and_its_first_note_the_old_one_vouches_alone() -> None:  # (2)
    kept = [_note(2, _OLD), _note(4, _OLD)]

    last = _KEYS.open_last(kept)

    assert last is not None
    assert last.size == 4


def test_an_old_key_lengthens_no_log_once_it_has_handed_over() -> None:  # (2)
    kept = [_note(4, _OLD), _handover(5)]

    with pytest.raises(InvalidCheckpointError, match="déjà remplacée"):
        _KEYS.open_all([_note(6, _OLD)], kept)
    with pytest.raises(InvalidCheckpointError, match="déjà remplacée"):
        _KEYS.open_last([*kept, _note(6, _OLD)])


def test_each_of_three_keys_ends_where_it_handed_over() -> None:
    keys = LogKeys(_ORIGIN, (_OLD, _NEW, _NEWEST))
    second = keys.handed_over(_note(8, _NEWEST), [_handover(5)])
    kept = [_note(4, _OLD), _handover(5), _note(7, _NEW), second]

    assert [checkpoint.size for checkpoint in keys.open_all(kept, kept)] == [4, 5, 7, 8]
    with pytest.raises(InvalidCheckpointError):
        keys.open_all([_note(9, _NEW)], kept)


def test_keys_made_without_a_note_between_them_hand_over_together() -> None:  # (2)
    keys = LogKeys(_ORIGIN, (_OLD, _NEW, _NEWEST))
    note = keys.handed_over(_note(6, _NEWEST), [_note(4, _OLD)])
    kept = [_note(4, _OLD), note]

    for signer in (_OLD, _NEW, _NEWEST):
        assert NoteVerifier.parse(signer.verifier_key).verify(note).split("\n")[1] == "6"
    for retired in (_OLD, _NEW):
        with pytest.raises(InvalidCheckpointError, match="déjà remplacée"):
            keys.open_all([_note(9, retired)], kept)


def test_more_keys_than_a_note_has_room_for_leave_a_log_that_opens() -> None:
    many = tuple(NoteSigner.generate(_ORIGIN) for _ in range(MAX_SIGNATURES + 2))
    keys = LogKeys(_ORIGIN, many)
    kept = [_note(4, many[0])]
    kept.append(keys.handed_over(_note(6, many[-1]), kept))

    assert [checkpoint.size for checkpoint in keys.open_all(kept, kept)] == [4, 6]
    with pytest.raises(InvalidCheckpointError, match="déjà remplacée"):
        keys.open_all([_note(9, many[0])], kept)


def test_the_note_of_a_stranger_is_refused() -> None:  # (1)
    stranger = NoteSigner.generate(_ORIGIN)

    with pytest.raises(InvalidCheckpointError):
        _KEYS.open_all([_note(3, stranger)], [])


def test_a_log_without_a_note_has_no_last_one() -> None:
    assert _KEYS.open_last([]) is None
