"""A seal in a PKCS #12 file, as an authority's portal hands it over, and its import."""

import subprocess
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from keys.seal import self_signed
from tests.fakes.answer import Answer
from tests.fakes.departement import COMMAND, Departement

PASSWORD: Final = "mot de passe d'essai"


def write_seal_file(path: Path) -> None:
    """Write a key and its self-signed certificate, valid 2020 to 2040, under ``PASSWORD``."""
    seal = self_signed("Cachet d'essai")
    certificate = x509.load_der_x509_certificate(seal.certificate.der)
    encryption = BestAvailableEncryption(PASSWORD.encode())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"cachet", seal.private_key, certificate, None, encryption
        )
    )


def import_seal(departement: Departement, path: Path) -> Answer:
    """Import a seal file; without a terminal of its own the command reads its input."""
    done = subprocess.run(
        [str(COMMAND), "seal", "import", str(path)],
        env=departement.environment(),
        input=f"{PASSWORD}\n",
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
