import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical_json import MAX_DEPTH, CanonicalValue, decode, encode
from schemas.errors import CanonicalFormError

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_SCALARS = _TEXTS | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
_KEYS = st.text(st.characters(max_codepoint=127))
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner), max_leaves=30
)


def nested(depth: int) -> CanonicalValue:
    value: CanonicalValue = "innermost"
    for _ in range(depth):
        value = [value]
    return value


def test_the_example_of_rfc_8785_without_its_floats_has_the_bytes_of_the_rfc() -> None:
    # RFC 8785 section 3.2.2, its "string" and "literals" without null.
    value: CanonicalValue = {
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [True, False],
    }

    text = encode(value)

    expected = '{"literals":[true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert text == expected.encode()


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert encode({"b": 1, "a": {"d": [], "c": "é"}}) == '{"a":{"c":"é","d":[]},"b":1}'.encode()


def test_control_characters_have_the_short_escapes_of_rfc_8785_then_lower_case_hex() -> None:
    assert encode("\b\t\n\f\r\x00\x1f\x7f") == b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'


@given(_VALUES)
def test_what_is_encoded_is_read_back(value: CanonicalValue) -> None:
    assert decode(encode(value)) == value


@given(_VALUES)
def test_the_canonical_text_is_json_to_everybody_else(value: CanonicalValue) -> None:
    assert json.loads(encode(value)) == value


@given(st.binary(max_size=200) | _TEXTS.map(str.encode))
def test_any_bytes_are_canonical_or_refused_with_the_one_error(data: bytes) -> None:
    try:
        value = decode(data)
    except CanonicalFormError:
        return

    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a":1,"a":1}', id="a key twice"),
        pytest.param(b'{"b":1,"a":1}', id="keys out of order"),
        pytest.param(b'{"a": 1}', id="a space"),
        pytest.param(b'["\\u00e9"]', id="an escape that is not needed"),
        pytest.param(b'["\\u001F"]', id="an escape in upper case"),
        pytest.param(b"[-0]", id="minus zero"),
        pytest.param(b"[1.0]", id="a float"),
        pytest.param(b"[1e3]", id="an exponent"),
        pytest.param(b"[NaN]", id="no number"),
        pytest.param(b"[null]", id="null"),
        pytest.param(b'["\\ud800"]', id="a lone surrogate"),
        pytest.param(b"[9007199254740992]", id="two to the 53"),
        pytest.param(b"[-9007199254740992]", id="minus two to the 53"),
        pytest.param('{"é":1}'.encode(), id="a key that is not ASCII"),
        pytest.param(b"\xef\xbb\xbf[]", id="a byte order mark"),
        pytest.param(b"[]\n", id="a line end"),
        pytest.param(b"[" * 100_000, id="deep enough to exhaust the parser"),
        pytest.param(b"9" * 10_000, id="more digits than are converted"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_text_that_is_not_the_canonical_one_is_refused(data: bytes) -> None:
    with pytest.raises(CanonicalFormError):
        decode(data)


@pytest.mark.parametrize("value", [1.5, None, b"bytes", {"é": 1}, {1: 1}, 2**53, "\ud800", {1, 2}])
def test_a_value_without_a_canonical_form_is_refused(value: CanonicalValue) -> None:
    with pytest.raises(CanonicalFormError):
        encode(value)


def test_the_greatest_depth_is_accepted_both_ways() -> None:
    assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)


def test_one_level_more_is_refused_both_ways() -> None:
    with pytest.raises(CanonicalFormError, match="niveaux"):
        encode(nested(MAX_DEPTH + 1))
    with pytest.raises(CanonicalFormError, match="niveaux"):
        decode(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


def test_the_refusal_never_repeats_the_value() -> None:
    with pytest.raises(CanonicalFormError) as refused:
        decode(b'{"nom": "Lefevre"}')

    assert "Lefevre" not in str(refused.value)
