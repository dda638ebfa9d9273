"""Telephones: what is one, what reaches nobody, and the one form they take."""

import re

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberType

from schemas.annex_e import RuleCode
from schemas.annex_e.phones import read_telephone
from tests.unit.schemas.annex_e.sound_row import found, record_of


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("0612345678", "+33612345678"),
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("06/12/34/56/78", "+33612345678"),
        ("06\xa012\u202f34 56 78", "+33612345678"),
        ("06–12–34–56–78", "+33612345678"),
        ("(06) 12345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("03 21 21 62 62", "+33321216262"),
        ("09 72 12 34 56", "+33972123456"),
        ("0695 12 34 56", "+33695123456"),
        ("0692 12 34 56", "+262692123456"),
        ("0639 01 23 45", "+262639012345"),
        ("0262 20 12 34", "+262262201234"),
        ("0590 20 12 34", "+590590201234"),
        ("0696 20 12 34", "+596696201234"),
        ("0694 20 12 34", "+594694201234"),
        ("+32 2 555 12 12", "+3225551212"),
        ("0032 2 555 12 12", "+3225551212"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+213 551 23 45 67", "+213551234567"),
        ("+687 25 12 34", "+687251234"),
    ],
)
def test_telephone_takes_its_international_form(written: str, e164: str) -> None:
    assert record_of(telephone=written).telephone == e164


@pytest.mark.parametrize(
    ("written", "postcode", "e164"),
    [
        ("25 12 34", "98800", "+687251234"),
        ("72 12 34", "98600", "+681721234"),
        ("72 12 34", "98800", "+687721234"),
        ("41 12 34", "97500", "+508411234"),
        ("87 12 34 56", "98714", "+68987123456"),
    ],
)
def test_bare_overseas_number_belongs_to_the_territory_of_its_postcode(
    written: str, postcode: str, e164: str
) -> None:
    assert record_of(telephone=written, code_postal=postcode).telephone == e164


def test_bare_overseas_number_is_taken_when_one_territory_alone_can_own_it() -> None:
    assert record_of(telephone="87 12 34 56").telephone == "+68987123456"
    assert found(telephone="72 12 34") == [("telephone", "TELEPHONE_FORMAT")]


@pytest.mark.parametrize(
    "written",
    [
        "06 12 34 56",
        "06 12 34 56 78 9",
        "612345678",
        "0012",
        "néant",
        "tél. 0612345678",
        "0612345678 poste 12",
        "0612345678 / 0321216262",
        "06 12 34 56 7O",
        "06 12 34 56 ٧٨",
        "0６12345678",
        "0000000000",
        "1234567890123456789012345678901234567890",
        "06+12345678",
    ],
)
def test_telephone_format_is_found_for_what_is_no_number(written: str) -> None:
    assert found(telephone=written) == [("telephone", "TELEPHONE_FORMAT")]


@pytest.mark.parametrize("written", ["+", "+33", "+33 6 12", "+999 12345678"])
def test_telephone_format_is_found_for_a_broken_international_number(written: str) -> None:
    assert ("telephone", "TELEPHONE_FORMAT") in found(telephone=written)


@pytest.mark.parametrize(
    "written",
    [
        *("15", "17", "18", "112", "114", "115", "119", "196"),
        *("1013", "3949", "39 49", "3646", "116000", "116 117", "116123"),
        *("118218", "118 712", "118000"),
        *("0800 12 34 56", "0810123456", "0 820 12 34 56", "0892 12 34 56", "08 99 12 34 56"),
        *("+33 892 12 34 56", "0033 810 12 34 56", "+33 (0)8 92 12 34 56", "+262 810 12 34 56"),
    ],
)
def test_telephone_special_is_found_and_not_also_telephone_format(written: str) -> None:
    assert found(telephone=written) == [("telephone", "TELEPHONE_SPECIAL")]


def test_telephone_special_covers_every_short_number_that_phonenumbers_knows() -> None:
    known = [
        digits
        for length in (2, 3, 4, 6)
        for digits in map(str, range(10 ** (length - 1), 10**length))
        if phonenumbers.is_valid_short_number_for_region(PhoneNumber(33, int(digits)), "FR")
    ]

    others = [
        number for number in known if read_telephone(number).fault is not RuleCode.TELEPHONE_SPECIAL
    ]

    assert known
    assert others == []


def test_plain_screen_agrees_with_phonenumbers_on_every_french_range() -> None:
    numbers = [f"0{prefix:04d}{prefix * 7 % 100_000:05d}" for prefix in range(1000, 10_000)]

    differing = [number for number in numbers if _is_read(number) != _is_known(number)]

    assert differing == []


def test_telephone_with_an_invisible_character_is_refused_for_it() -> None:
    assert found(telephone="0612345678\u200b") == [
        ("telephone", "CARACTERE_INTERDIT"),
        ("telephone", "TELEPHONE_FORMAT"),
    ]


def _is_read(digits: str) -> bool:
    return read_telephone(digits).fault is None


def _is_known(digits: str) -> bool:
    """Ask phonenumbers itself, region by region; 08 numbers are special whatever they are."""
    if re.fullmatch("08.*", digits):
        return False
    personal = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.VOIP}
    readings = (
        phonenumbers.parse(digits, region) for region in ("FR", "GP", "RE", "MQ", "GF", "PM")
    )
    return any(phonenumbers.number_type(reading) in personal for reading in readings)
