"""Signed notes (C2SP signed-note) with ECDSA on P-256, signature type 0x02.

A note is a text that ends with a newline, an empty line, and signature lines. The key id of
type 0x02 is the first four bytes of the SHA-256 of the public key in DER (SPKI).
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from keys.errors import InvalidNoteError

_ECDSA_TYPE: Final = b"\x02"
_CURVE_NAME: Final = ec.SECP256R1.name
_KEY_ID_BYTES: Final = 4
_LINE_START: Final = "— "
MAX_SIGNATURES: Final = 16
"""How many signatures a note may bear: as many as C2SP asks to be admitted."""
# Nearly 5 kB each if they are post-quantum.
_MAX_NOTE_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True, repr=False)
class NoteSigner:
    """A named P-256 key that signs notes."""

    name: str
    _key: ec.EllipticCurvePrivateKey

    @classmethod
    def generate(cls, name: str) -> Self:
        """Draw a key. Raises ``ValueError`` for a name that notes do not admit."""
        _require_name(name)
        return cls(name, ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, name: str, private_key_der: bytes) -> Self:
        """Read what ``private_key_der`` gave. Raises ``InvalidNoteError`` for anything else."""
        _require_name(name)
        try:
            key = serialization.load_der_private_key(private_key_der, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise _unusable_signer() from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVE_NAME:
            raise _unusable_signer()
        return cls(name, key)

    def private_key_der(self) -> bytes:
        """Give the key in PKCS #8 DER, in clear: to be wrapped at once."""
        return self._key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def verifier_key(self) -> str:
        """The public half as C2SP writes it: ``name+hex key id+base64(type ‖ SPKI)``."""
        public = _spki(self._key.public_key())
        encoded = base64.b64encode(_ECDSA_TYPE + public).decode("ascii")
        return f"{self.name}+{_key_id(public).hex()}+{encoded}"

    def sign(self, text: str) -> str:
        """Give the signed note. Raises ``ValueError`` for a text that notes do not admit."""
        if not text.endswith("\n") or _has_control_characters(text):
            raise ValueError("a note's text ends with a newline and has no other control character")
        return f"{text}\n{self._signature_line(text)}"

    def cosign(self, note: str) -> str:
        """Give the note with this key's signature added. Raises ``InvalidNoteError``."""
        text, _ = _split(note)
        return f"{note}{self._signature_line(text)}"

    def _signature_line(self, text: str) -> str:
        signature = self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
        public = _spki(self._key.public_key())
        encoded = base64.b64encode(_key_id(public) + signature).decode("ascii")
        return f"{_LINE_START}{self.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A named public key that notes are verified with; ``public_key`` is SPKI DER."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, verifier_key: str) -> Self:
        """Read a verifier key. Raises ``InvalidNoteError``."""
        name, _, rest = verifier_key.partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            material = _decode_base64(encoded)
        except ValueError:
            raise _unusable_verifier() from None
        signature_type, public = material[:1], material[1:]
        if not _is_name(name) or signature_type != _ECDSA_TYPE or key_id != _key_id(public).hex():
            raise _unusable_verifier()
        if _spki(_load_public(public)) != public:  # a point has a compressed form too
            raise _unusable_verifier()
        return cls(name, public)

    def verify(self, note: str) -> str:
        """Give the text of a note that bears a valid signature of this key.

        Properties that hold (C2SP signed-note, "Format" and "Signatures"):

        1. the note is of bounded size, without control characters but newlines;
        2. each signature line has the one form that notes admit, canonical base64 included;
        3. at least one signature is of this key, by its name and its id together; those of
           other keys are passed over;
        4. no signature of this key is wrong.

        Raises ``InvalidNoteError``, without a cause, when any of them does not.
        """
        text, lines = _split(note)  # (1)
        verified = False
        for line in lines:
            name, blob = _signature(line)  # (2)
            if (name, blob[:_KEY_ID_BYTES]) == (self.name, _key_id(self.public_key)):  # (3)
                self._require_valid(text, blob[_KEY_ID_BYTES:])  # (4)
                verified = True
        if not verified:
            raise _refused()
        return text

    def _require_valid(self, text: str, signature: bytes) -> None:
        public = _load_public(self.public_key)
        try:
            public.verify(signature, text.encode(), ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, UnicodeEncodeError):
            raise _refused() from None


def decode_note(data: bytes) -> str:
    """Give the text of a file that holds a note: UTF-8 with its own line ends.

    Raises ``InvalidNoteError``. Reading it as a text file would make CRLF a second form.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused() from None


def _split(note: str) -> tuple[str, list[str]]:
    if len(note) > _MAX_NOTE_CHARACTERS or _has_control_characters(note):
        raise _refused()
    text, empty_line, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")
    if not empty_line or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise _refused()
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_LINE_START).partition(" ")
    try:
        blob = _decode_base64(encoded)
    except ValueError:
        raise _refused() from None
    if not line.startswith(_LINE_START) or not _is_name(name) or len(blob) <= _KEY_ID_BYTES:
        raise _refused()
    return name, blob


def _decode_base64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    # Unused bits and missing padding would give one signature several texts.
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("this base64 is not canonical")
    return data


def _load_public(spki: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable_verifier() from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != _CURVE_NAME:
        raise _unusable_verifier()
    return key


def _spki(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _key_id(spki: bytes) -> bytes:
    return hashlib.sha256(spki).digest()[:_KEY_ID_BYTES]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _require_name(name: str) -> None:
    if not _is_name(name):
        raise ValueError("a key name has neither space nor plus")


def _has_control_characters(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)


def _unusable_signer() -> InvalidNoteError:
    return InvalidNoteError("la clé qui signe le journal n'est pas une clé ECDSA P-256 lisible")


def _unusable_verifier() -> InvalidNoteError:
    return InvalidNoteError("cette clé de vérification n'est pas lisible : recopiez-la en entier")


def _refused() -> InvalidNoteError:
    return InvalidNoteError("cette note n'est pas signée par la clé attendue, ou elle est altérée")
