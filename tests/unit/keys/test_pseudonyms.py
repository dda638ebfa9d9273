import pytest

from keys.pseudonyms import evidence_pseudonym, identity_index, is_reference, reference

_KEY, _OTHER_KEY = bytes(32), bytes([1]) * 32
_PERSON = b"person-16-bytes!"


def test_one_person_has_unrelated_references_at_two_recipients() -> None:
    assert reference(_KEY, _PERSON) != reference(_OTHER_KEY, _PERSON)


def test_a_reference_is_stable_and_recognised() -> None:
    found = reference(_KEY, _PERSON)

    assert found == reference(_KEY, _PERSON)
    assert is_reference(found)


def test_every_mistyped_character_of_a_reference_is_noticed() -> None:
    found = reference(_KEY, _PERSON)

    for at, character in enumerate(found):
        other = "A" if character != "A" else "B"
        assert not is_reference(found[:at] + other + found[at + 1 :])


@pytest.mark.parametrize("text", ["", "A", "é" * 27, "A" * 500])
def test_what_is_no_reference_is_not_taken_for_one(text: str) -> None:
    assert not is_reference(text)


def test_the_domains_of_one_key_do_not_meet() -> None:
    index = identity_index(_KEY, _PERSON.decode())

    assert not index.hex().startswith(evidence_pseudonym(_KEY, _PERSON))
