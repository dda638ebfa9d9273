"""Whatever is wrong with a signature, it is refused in one way."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import InvalidSignatureError
from keys.seal import (
    self_signed,
    sign_detached,
    sign_enveloping,
    verify_detached,
    verify_enveloping,
)
from tests.unit.keys.seal.forgery import Forgery

_CONTENT = b"digests of a package"
_AT = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
_SEAL = self_signed("Département d'essai")
_STRANGER = self_signed("Département d'essai")
_SIGNATURE = sign_detached(_CONTENT, _SEAL, _AT)


def _require_refused(signature: bytes) -> None:
    with pytest.raises(InvalidSignatureError, match="n'est pas celle du certificat attendu"):
        verify_detached(signature, _CONTENT, _SEAL.certificate)


def test_no_flipped_bit_of_a_signature_is_accepted() -> None:
    for at in range(len(_SIGNATURE)):
        flipped = bytearray(_SIGNATURE)
        flipped[at] ^= 1 << (at % 8)
        _require_refused(bytes(flipped))


def test_no_flipped_bit_of_an_envelope_is_accepted() -> None:
    signature = sign_enveloping(_CONTENT, _SEAL, _AT)

    for at in range(len(signature)):
        flipped = bytearray(signature)
        flipped[at] ^= 1 << (at % 8)
        with pytest.raises(InvalidSignatureError, match="n'est pas celle du certificat attendu"):
            verify_enveloping(bytes(flipped), _SEAL.certificate)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_but_a_refusal(data: bytes) -> None:
    _require_refused(data)


@given(st.integers(0, len(_SIGNATURE)), st.integers(0, 40), st.binary(max_size=40))
def test_a_signature_with_a_stretch_replaced_is_accepted_only_unchanged(
    start: int, length: int, replacement: bytes
) -> None:
    changed = _SIGNATURE[:start] + replacement + _SIGNATURE[start + length :]

    if changed == _SIGNATURE:
        return
    _require_refused(changed)


def test_a_refusal_tells_no_cause() -> None:
    with pytest.raises(InvalidSignatureError, match="certificat attendu") as garbage:
        verify_detached(b"garbage", _CONTENT, _SEAL.certificate)
    with pytest.raises(InvalidSignatureError, match="certificat attendu") as forged:
        verify_detached(Forgery.of(_SIGNATURE).sign(_STRANGER), _CONTENT, _SEAL.certificate)

    assert str(garbage.value) == str(forged.value)
    for refusal in (garbage.value, forged.value):
        assert refusal.__cause__ is None
        assert refusal.__suppress_context__
