"""Telephone numbers: French ones in national form, any country's with + or 00; E.164 out.

A number dialled with a trunk zero belongs to the first of metropolitan France, Guadeloupe,
Réunion and Mayotte, Martinique, Guyane, Saint-Pierre-et-Miquelon that has assigned it: their
ranges are apart. The Pacific collectivities and Saint-Pierre write six or eight digits without
zero, in ranges that overlap: there the postcode decides, and without its help a number that two
territories could own is refused rather than given to the wrong one.
"""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from schemas.annex_e.codes import RuleCode

_WITHOUT_SEPARATORS: Final = str.maketrans(dict.fromkeys(" .()/-‐‑‒–—―"))
_DIALLED: Final = re.compile(r"\+?[0-9]{1,20}")
_FRENCH_INTERNATIONAL: Final = re.compile(r"(?:\+|00)330?([1-9][0-9]{8})")
_TRUNK_NUMBER: Final = re.compile("0[1-9][0-9]{8}")
# Ranges that metropolitan France has assigned whole; a test compares them with phonenumbers.
_PLAIN_METROPOLITAN: Final = re.compile(
    "0(?:[139][0-9]|2[0-57-9]|4[1-9]|5[0-8]|6[0-24-8]|7[3-9])[0-9]{7}"
)
_SPECIAL_RATE: Final = re.compile("08[0-9]{8}")
_HARMONISED_SERVICE: Final = re.compile("116[0-9]{3}")
_SHORT_MAX_DIGITS: Final = 6
_TRUNK_COUNTRY_CODES: Final = (33, 590, 262, 596, 594, 508)
_BARE_COUNTRY_CODES: Final = {"975": 508, "986": 681, "987": 689, "988": 687}
_BARE_LENGTHS_DIGITS: Final = (6, 8)
_PERSONAL_TYPES: Final = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone cell once read: its E.164 form, or the code that refuses it."""

    e164: str
    fault: RuleCode | None = None


_NOT_A_NUMBER: Final = Telephone("", RuleCode.TELEPHONE_FORMAT)
_SPECIAL: Final = Telephone("", RuleCode.TELEPHONE_SPECIAL)


def read_telephone(cell: str, postcode: str = "") -> Telephone:
    """Read the normal form `cell`, not empty; `postcode` is that of the same person, or ""."""
    is_international = cell.startswith(("+", "00"))
    written = cell.replace("(0)", "") if is_international else cell
    digits = written.translate(_WITHOUT_SEPARATORS)
    if _PLAIN_METROPOLITAN.fullmatch(digits):
        return Telephone(f"+33{digits[1:]}")
    if not _DIALLED.fullmatch(digits):
        return _NOT_A_NUMBER
    french = _FRENCH_INTERNATIONAL.fullmatch(digits)
    if french:
        return _read_metropolitan(f"0{french[1]}")
    if is_international:
        return _read_foreign(digits)
    return _read_national(digits, postcode)


def _read_metropolitan(digits: str) -> Telephone:
    if _SPECIAL_RATE.fullmatch(digits):
        return _SPECIAL
    if _PLAIN_METROPOLITAN.fullmatch(digits) or _is_personal(33, digits[1:]):
        return Telephone(f"+33{digits[1:]}")
    return _NOT_A_NUMBER


def _read_national(digits: str, postcode: str) -> Telephone:
    if _SPECIAL_RATE.fullmatch(digits) or _is_short(digits):
        return _SPECIAL
    if _TRUNK_NUMBER.fullmatch(digits):
        for country_code in _TRUNK_COUNTRY_CODES:
            if _is_personal(country_code, digits[1:]):
                return Telephone(f"+{country_code}{digits[1:]}")
        return _NOT_A_NUMBER
    return _read_bare(digits, postcode)


def _read_bare(digits: str, postcode: str) -> Telephone:
    if len(digits) not in _BARE_LENGTHS_DIGITS or digits.startswith("0"):
        return _NOT_A_NUMBER
    own = _BARE_COUNTRY_CODES.get(postcode[:3])
    candidates = (own,) if own is not None else _BARE_COUNTRY_CODES.values()
    owners = [country_code for country_code in candidates if _is_personal(country_code, digits)]
    if len(owners) != 1:
        return _NOT_A_NUMBER
    return Telephone(f"+{owners[0]}{digits}")


def _read_foreign(digits: str) -> Telephone:
    dialled = digits if digits.startswith("+") else f"+{digits[2:]}"
    try:
        number = phonenumbers.parse(dialled, None)
    except phonenumbers.NumberParseException:
        return _NOT_A_NUMBER
    if not phonenumbers.is_valid_number(number):
        return _NOT_A_NUMBER
    if number.country_code in _TRUNK_COUNTRY_CODES and str(number.national_number)[0] == "8":
        return _SPECIAL
    return Telephone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_short(digits: str) -> bool:
    if len(digits) > _SHORT_MAX_DIGITS:
        return False
    if _HARMONISED_SERVICE.fullmatch(digits):
        return True
    number = PhoneNumber(country_code=33, national_number=int(digits))
    return not digits.startswith("0") and phonenumbers.is_valid_short_number_for_region(
        number, "FR"
    )


def _is_personal(country_code: int, national_number: str) -> bool:
    number = PhoneNumber(country_code=country_code, national_number=int(national_number))
    return phonenumbers.number_type(number) in _PERSONAL_TYPES
