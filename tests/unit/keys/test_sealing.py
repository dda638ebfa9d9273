from dataclasses import replace

import pytest

from keys.errors import UnsealingError
from keys.keyring_file import KeyId, KeyPurpose
from keys.sealing import Binding, RecordSealer

_KEY_ID = KeyId(KeyPurpose.RECORDS, "spie-62", 1)
_MATERIAL = bytes(range(32))
_BINDING = Binding("spie-62", b"p" * 16, 1)
_SEALER = RecordSealer(_KEY_ID, _MATERIAL)


def test_a_sealed_record_opens_where_it_belongs() -> None:
    sealed = _SEALER.seal(b"cells", _BINDING)

    assert _SEALER.open(sealed, _BINDING) == b"cells"


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(_BINDING, agreement_id="spie-17"),
        replace(_BINDING, person_id=b"q" * 16),
        replace(_BINDING, schema_version=2),
    ],
)
def test_a_sealed_record_moved_elsewhere_does_not_open(elsewhere: Binding) -> None:
    sealed = _SEALER.seal(b"cells", _BINDING)

    with pytest.raises(UnsealingError):
        _SEALER.open(sealed, elsewhere)


def test_a_sealed_record_does_not_open_under_another_name_of_the_same_key() -> None:
    sealed = _SEALER.seal(b"cells", _BINDING)
    other = RecordSealer(replace(_KEY_ID, version=2), _MATERIAL)

    with pytest.raises(UnsealingError):
        other.open(sealed, _BINDING)


def test_no_flipped_bit_and_no_truncation_opens() -> None:
    sealed = _SEALER.seal(b"cells", _BINDING)
    flipped = [
        sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]
        for at in range(len(sealed))
        for bit in range(8)
    ]

    for damaged in [*flipped, *(sealed[:end] for end in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(UnsealingError):
            _SEALER.open(damaged, _BINDING)


def test_two_sealings_of_one_record_differ() -> None:
    assert _SEALER.seal(b"cells", _BINDING) != _SEALER.seal(b"cells", _BINDING)
