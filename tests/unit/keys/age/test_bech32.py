import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.age import bech32

_LONG_PREFIX = "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio"


@given(st.text("abcdefghijklmnopqrstuvwxyz-1", min_size=1, max_size=83), st.binary(max_size=2000))
def test_bytes_of_any_length_come_back(prefix: str, data: bytes) -> None:
    assert bech32.decode(bech32.encode(prefix, data)) == (prefix, data)


@given(st.text())
def test_any_text_is_decoded_or_refused(text: str) -> None:
    try:
        prefix, data = bech32.decode(text)
    except ValueError:
        return

    assert bech32.encode(prefix.lower(), data) == text.lower()


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("A12UEL5L", "A"),
        ("a12uel5l", "a"),
        ("?1ezyfcl", "?"),
        (f"{_LONG_PREFIX}1tt5tgs", _LONG_PREFIX),
    ],
)
def test_the_texts_without_data_of_bip_173_are_read(text: str, prefix: str) -> None:
    assert bech32.decode(text) == (prefix, b"")


@pytest.mark.parametrize(
    "text",
    [
        "\x201nwldj5",
        "\x7f1axkwrx",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
    ],
)
def test_the_invalid_texts_of_bip_173_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"prefix|alphabet|checksum"):
        bech32.decode(text)


def test_mixed_case_is_refused() -> None:
    text = bech32.encode("age", bytes(32))

    with pytest.raises(ValueError, match="mixed case"):
        bech32.decode(text.replace("age", "AGE"))


def test_a_letter_beyond_ascii_never_stands_for_one_within() -> None:
    text = bech32.encode("k", b"\xb5" * 20).upper()
    kelvin = text.replace("K", "\N{KELVIN SIGN}")

    with pytest.raises(ValueError, match="not ASCII"):
        bech32.decode(kelvin)


def test_a_letter_exchanged_is_refused() -> None:
    text = bech32.encode("age", bytes(32))

    with pytest.raises(ValueError, match="checksum"):
        bech32.decode(text.replace("1q", "1p"))


# One, three and two characters before a right checksum: eight bits do not fill them, or
# leave ones behind.
@pytest.mark.parametrize("text", ["a1q3g6mn3", "a1qqqd87cpp", "a1llttal5m"])
def test_padding_that_is_too_long_or_not_zero_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="padding"):
        bech32.decode(text)


def test_a_text_longer_than_any_key_is_not_joined() -> None:
    text = bech32.encode("age", bytes(4000))

    with pytest.raises(ValueError, match="too long"):
        bech32.decode(text)
