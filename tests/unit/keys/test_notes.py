import base64
import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import InvalidNoteError
from keys.notes import NoteSigner, NoteVerifier, decode_note
from tests.unit.keys.public_notes import PIXEL_KEY, PIXEL_NOTE, REKOR_KEY, REKOR_NOTE

_TEXT = "journal.example/essai\n3\nroot\n\nan extension after an empty line\n"
_SIGNER = NoteSigner.generate("journal.example/essai")
_VERIFIER = NoteVerifier.parse(_SIGNER.verifier_key)
_NOTE = _SIGNER.sign(_TEXT)
_SIGNATURE_LINE = _NOTE.removeprefix(f"{_TEXT}\n")


def _require_refused(note: str) -> None:
    with pytest.raises(InvalidNoteError, match="n'est pas signée par la clé attendue"):
        _VERIFIER.verify(note)


def test_a_signed_note_gives_its_text() -> None:
    assert _VERIFIER.verify(_NOTE) == _TEXT


@pytest.mark.parametrize(
    ("verifier_key", "note"),
    [
        pytest.param(REKOR_KEY, REKOR_NOTE, id="Rekor"),
        pytest.param(PIXEL_KEY, PIXEL_NOTE, id="Pixel"),
    ],
)
def test_notes_of_public_logs_verify(verifier_key: str, note: str) -> None:
    text = NoteVerifier.parse(verifier_key).verify(note)

    assert note.startswith(f"{text}\n— ")


def test_the_key_id_begins_the_digest_of_the_public_key() -> None:
    name, key_id, material = _SIGNER.verifier_key.split("+", 2)
    decoded = base64.b64decode(material)

    assert name == "journal.example/essai"
    assert decoded[:1] == b"\x02"
    assert key_id == hashlib.sha256(decoded[1:]).hexdigest()[:8]
    assert base64.b64decode(_SIGNATURE_LINE.split(" ")[2])[:4].hex() == key_id


def test_a_signer_loads_again_and_shows_no_key() -> None:
    again = NoteSigner.load(_SIGNER.name, _SIGNER.private_key_der())

    assert again.verifier_key == _SIGNER.verifier_key
    assert _VERIFIER.verify(again.sign(_TEXT)) == _TEXT
    assert "PrivateKey" not in repr(_SIGNER)


def _private_der(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_a_signing_key_of_another_kind_or_not_readable_is_refused() -> None:
    ed = _private_der(ed25519.Ed25519PrivateKey.generate())
    p384 = _private_der(ec.generate_private_key(ec.SECP384R1()))

    for data in (ed, p384, b"", b"no key"):
        with pytest.raises(InvalidNoteError, match="n'est pas une clé ECDSA P-256 lisible"):
            NoteSigner.load("journal", data)


@pytest.mark.parametrize("name", ["", "a name", "a+b", "a\u00a0b", "a\u2028b"])
def test_a_name_with_a_space_or_a_plus_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="neither space nor plus"):
        NoteSigner.generate(name)


@pytest.mark.parametrize("text", ["", "no end of line", "a\ttab\n", "a\r\nb\n", "nul\0\n"])
def test_a_text_that_notes_do_not_admit_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="a note's text ends with a newline"):
        _SIGNER.sign(text)


def test_half_a_surrogate_pair_is_not_signed() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        _SIGNER.sign("\ud800\n")


def test_4_another_text_is_refused() -> None:
    _require_refused(_NOTE.replace("\n3\n", "\n4\n"))


def test_3_a_note_without_a_signature_of_the_key_is_refused() -> None:
    _require_refused(NoteSigner.generate("another.example").sign(_TEXT))


def test_3_a_note_signed_by_a_key_of_the_same_name_is_refused() -> None:
    _require_refused(NoteSigner.generate(_SIGNER.name).sign(_TEXT))


def test_3_signatures_of_unknown_keys_are_passed_over() -> None:
    same_name = NoteSigner.generate(_SIGNER.name).sign(_TEXT).removeprefix(f"{_TEXT}\n")
    garbage = "— another.example " + base64.b64encode(b"\0\0\0\0garbage").decode() + "\n"

    for note in (_NOTE + same_name + garbage, f"{_TEXT}\n" + garbage + same_name + _SIGNATURE_LINE):
        assert _VERIFIER.verify(note) == _TEXT


def test_a_note_that_a_second_key_signs_too_verifies_under_both() -> None:
    other = NoteSigner.generate(_SIGNER.name)

    note = other.cosign(_NOTE)

    assert _VERIFIER.verify(note) == _TEXT
    assert NoteVerifier.parse(other.verifier_key).verify(note) == _TEXT


def test_4_a_wrong_signature_of_the_key_refuses_the_note_beside_a_right_one() -> None:
    of_another_text = _SIGNER.sign("other\n").removeprefix("other\n\n")

    _require_refused(_NOTE + of_another_text)
    _require_refused(f"{_TEXT}\n" + of_another_text + _SIGNATURE_LINE)


def test_1_sixteen_signatures_are_read_and_no_more() -> None:
    unknown = "— another.example " + base64.b64encode(b"\0\0\0\0x").decode() + "\n"

    assert _VERIFIER.verify(_NOTE + unknown * 15) == _TEXT
    _require_refused(_NOTE + unknown * 16)


def test_1_a_note_too_long_is_refused() -> None:
    _require_refused(_SIGNER.sign("a" * 200_000 + "\n"))


@pytest.mark.parametrize("character", ["\0", "\t", "\r", "\x0b", "\x1f"])
def test_1_a_control_character_is_refused(character: str) -> None:
    text = f"a{character}b\n"
    # Signed all the same, by hand: the signer itself would not.
    key = serialization.load_der_private_key(_SIGNER.private_key_der(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    key_id = bytes.fromhex(_SIGNER.verifier_key.split("+")[1])
    encoded = base64.b64encode(key_id + signature).decode()

    _require_refused(f"{text}\n— {_SIGNER.name} {encoded}\n")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(_SIGNATURE_LINE.rstrip("\n"), id="without its end"),
        pytest.param(_SIGNATURE_LINE.replace("— ", "- "), id="with a hyphen"),
        pytest.param(_SIGNATURE_LINE.replace("— ", "—\u00a0"), id="with another space"),
        pytest.param(_SIGNATURE_LINE.replace("\n", " \n"), id="with a space after it"),
        pytest.param(_SIGNATURE_LINE.replace("\n", "\n\n"), id="followed by an empty line"),
        pytest.param("—  AAAAAHgh\n", id="without name"),
        pytest.param("— a+b AAAAAHgh\n", id="with a plus in its name"),
        pytest.param(f"— {_SIGNER.name}\n", id="without signature"),
        pytest.param(f"— {_SIGNER.name} AAAA\n", id="too short for a key id"),
        pytest.param(f"— {_SIGNER.name} é\n", id="not base64"),
    ],
)
def test_2_a_malformed_signature_line_is_refused_even_after_a_right_one(line: str) -> None:
    _require_refused(f"{_NOTE}{line}")


def test_3_a_text_without_signature_line_is_refused() -> None:
    _require_refused(_TEXT)
    _require_refused(f"{_TEXT}\n")


def test_3_a_right_signature_under_another_name_is_of_another_key() -> None:
    _require_refused(_NOTE.replace(f"— {_SIGNER.name} ", "— another.example "))


def test_2_only_canonical_base64_is_read() -> None:
    name, encoded = "another.example", base64.b64encode(b"\0\0\0\0x!").decode()
    assert encoded == "AAAAAHgh"

    for other in ("AAAAAHi=", "AAAAAHh=", "AAAA AHgh", "AAAAAHg", "AAAAAHg==="):
        _require_refused(f"{_NOTE}— {name} {other}\n")


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda der: der + b"\0", id="a byte after it"),
        pytest.param(lambda der: b"\x30\x81" + der[1:], id="a longer form of its length"),
        pytest.param(
            lambda der: bytes([0x30, der[1] + 1, 2, der[3] + 1, 0]) + der[4:], id="a leading zero"
        ),
    ],
)
def test_4_another_encoding_of_the_signature_is_refused(encode: Callable[[bytes], bytes]) -> None:
    blob = base64.b64decode(_SIGNATURE_LINE.split(" ")[2])
    encoded = base64.b64encode(blob[:4] + encode(blob[4:])).decode()

    _require_refused(f"{_TEXT}\n— {_SIGNER.name} {encoded}\n")


def test_a_file_that_holds_a_note_gives_it_as_it_is() -> None:
    assert decode_note(_NOTE.encode()) == _NOTE
    _require_refused(decode_note(_NOTE.replace("\n", "\r\n").encode()))


def test_a_file_that_is_no_utf_8_is_refused() -> None:
    garbage = "— ano\udce9 " + base64.b64encode(b"\0\0\0\0x").decode() + "\n"

    with pytest.raises(InvalidNoteError, match="altérée"):
        decode_note((_NOTE + garbage).encode("utf-8", "surrogateescape"))


def test_half_a_surrogate_pair_is_refused() -> None:
    _require_refused(f"\ud800\n\n{_SIGNATURE_LINE}")


@given(st.text(max_size=200))
def test_arbitrary_text_raises_nothing_but_a_refusal(text: str) -> None:
    for note in (text, f"{text}\n\n{_SIGNATURE_LINE}", f"{_TEXT}\n— {text}\n"):
        _require_refused(note)


def _verifier_key(spki: bytes, *, kind: bytes = b"\x02", key_id: str | None = None) -> str:
    right_id = hashlib.sha256(spki).hexdigest()[:8]
    return f"journal+{key_id or right_id}+{base64.b64encode(kind + spki).decode()}"


def _spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


_P256 = _spki(ec.generate_private_key(ec.SECP256R1()).public_key())
_COMPRESSED = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
)
_P384 = _spki(ec.generate_private_key(ec.SECP384R1()).public_key())
_ED25519 = _spki(ed25519.Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize(
    "verifier_key",
    [
        pytest.param("", id="nothing"),
        pytest.param(_verifier_key(_P256, kind=b"\x01"), id="another type of signature"),
        pytest.param(_verifier_key(_P256, key_id="00000000"), id="another key id"),
        pytest.param(_verifier_key(_P256).upper(), id="in capitals"),
        pytest.param(_verifier_key(_COMPRESSED), id="another form of its point"),
        pytest.param(_verifier_key(_P384), id="another curve"),
        pytest.param(_verifier_key(_ED25519), id="another kind of key"),
        pytest.param(_verifier_key(_P256[:-1]), id="a truncated key"),
        pytest.param(_verifier_key(_P256).removeprefix("journal"), id="no name"),
        pytest.param("a " + _verifier_key(_P256), id="a name with a space"),
    ],
)
def test_a_verifier_key_that_does_not_hold_together_is_refused(verifier_key: str) -> None:
    with pytest.raises(InvalidNoteError, match="recopiez-la en entier"):
        NoteVerifier.parse(verifier_key)


@given(st.text(max_size=100))
def test_arbitrary_text_is_no_verifier_key(text: str) -> None:
    for verifier_key in (
        text,
        f"journal+00000000+{text}",
        _verifier_key(text.encode("utf-8", "replace")),
    ):
        with pytest.raises(InvalidNoteError, match="recopiez-la en entier"):
            NoteVerifier.parse(verifier_key)
