"""The stock ``openssl`` command accepts our signatures, and we accept its own."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys.errors import InvalidCertificateError, InvalidSignatureError
from keys.seal import (
    SealKey,
    load_certificate,
    self_signed,
    sign_detached,
    sign_enveloping,
    verify_detached,
    verify_enveloping,
)
from tests.prerequisites import skip_or_fail
from tests.unit.keys.seal.authority import certified_seal

pytestmark = pytest.mark.stock

_AT = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
_CONTENT = b"lines\r\nof a list\n\x00\xff without end"
_KEYS = [
    ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
    ("-newkey", "rsa:3072"),
]


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder in which ``openssl`` runs; ``content`` holds what is signed."""

    folder: Path

    def run(self, *arguments: str) -> None:
        """Run ``openssl``. Raises ``CalledProcessError``."""
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=self.folder, capture_output=True, check=True)

    def make_signer(self, *key: str) -> None:
        """Make a key and its self-signed certificate, as a ministry might."""
        subject = "/C=FR/O=Ministère d'essai/CN=Réponses"
        out = ("-keyout", "key.pem", "-out", "signer.pem")
        self.run("req", "-x509", "-utf8", "-nodes", *key, "-subj", subject, "-days", "3", *out)

    def sign(self, *options: str) -> bytes:
        """Sign the content as the README tells to."""
        identity = ("-signer", "signer.pem", "-inkey", "key.pem")
        self.run(
            *("cms", "-sign", "-cades", "-nosmimecap", "-binary", "-outform", "DER"),
            *("-in", "content", *identity, "-out", "signature", *options),
        )
        return self.read("signature")

    def verify(self, seal: SealKey, signature: bytes, *options: str) -> bytes:
        """Verify as the README tells to; give what was verified."""
        (self.folder / "dept.pem").write_bytes(seal.certificate.pem)
        (self.folder / "signature").write_bytes(signature)
        trust = ("-CAfile", "dept.pem", "-certfile", "dept.pem", "-nointern", "-partial_chain")
        self.run(
            *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "signature"),
            *(*trust, "-purpose", "any", *options, "-out", "verified"),
        )
        return self.read("verified")

    def read(self, name: str) -> bytes:
        """Give a file of the folder."""
        return (self.folder / name).read_bytes()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    if shutil.which("openssl") is None:
        skip_or_fail("the command openssl is missing")
    (tmp_path / "content").write_bytes(_CONTENT)
    return Workshop(tmp_path)


@pytest.fixture(scope="module")
def seals() -> list[SealKey]:
    return [
        self_signed("Département d'essai"),
        certified_seal(ec.generate_private_key(ec.SECP384R1())),
        certified_seal(ec.generate_private_key(ec.SECP521R1())),
        certified_seal(rsa.generate_private_key(65537, 3072)),
    ]


def test_openssl_accepts_our_detached_signatures(workshop: Workshop, seals: list[SealKey]) -> None:
    for seal in seals:
        signature = sign_detached(_CONTENT, seal, _AT)

        assert workshop.verify(seal, signature, "-content", "content") == _CONTENT
        assert verify_detached(signature, _CONTENT, seal.certificate).signing_time == _AT


def test_openssl_accepts_our_enveloping_signatures(
    workshop: Workshop, seals: list[SealKey]
) -> None:
    for seal in seals:
        signature = sign_enveloping(_CONTENT, seal, _AT)

        assert workshop.verify(seal, signature) == _CONTENT
        assert verify_enveloping(signature, seal.certificate)[0] == _CONTENT


def test_openssl_refuses_what_another_seal_signed(workshop: Workshop, seals: list[SealKey]) -> None:
    stranger = sign_detached(_CONTENT, self_signed("Département d'essai"), _AT)

    with pytest.raises(subprocess.CalledProcessError):
        workshop.verify(seals[0], stranger, "-content", "content")


@pytest.mark.parametrize("key", _KEYS, ids=["P-256", "P-384", "RSA 3072"])
@pytest.mark.parametrize("digest", [(), ("-md", "sha384"), ("-md", "sha512")], ids=str)
def test_signatures_of_openssl_are_accepted(
    workshop: Workshop, key: tuple[str, ...], digest: tuple[str, ...]
) -> None:
    workshop.make_signer(*key)
    pinned = load_certificate(workshop.read("signer.pem"))

    detached = workshop.sign(*digest)
    enveloping = workshop.sign(*digest, "-nodetach")

    verify_detached(detached, _CONTENT, pinned)
    assert verify_enveloping(enveloping, pinned)[0] == _CONTENT


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("-nocerts",), id="no certificate"),
        pytest.param(("-certfile", "other.pem"), id="a second certificate"),
        pytest.param(("-keyid",), id="a signer named by key identifier"),
        pytest.param(("-md", "sha1"), id="a digest not admitted"),
        pytest.param(("-econtent_type", "pkcs7-encryptedData"), id="no plain data"),
        pytest.param(("-stream",), id="an indefinite length"),
    ],
)
def test_other_forms_that_openssl_makes_are_refused(
    workshop: Workshop, options: tuple[str, ...]
) -> None:
    workshop.make_signer(*_KEYS[0])
    pinned = load_certificate(workshop.read("signer.pem"))

    (workshop.folder / "other.pem").write_bytes(self_signed("Un autre").certificate.pem)

    signature = workshop.sign(*options)

    with pytest.raises(InvalidSignatureError, match="certificat attendu"):
        verify_detached(signature, _CONTENT, pinned)


def test_a_certificate_of_a_weak_rsa_key_is_refused(workshop: Workshop) -> None:
    workshop.make_signer("-newkey", "rsa:2048")

    with pytest.raises(InvalidCertificateError, match="3072 bits"):
        load_certificate(workshop.read("signer.pem"))
