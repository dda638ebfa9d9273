"""Certificates that end while the agreement that names them is still under way."""

import re
from datetime import UTC, datetime
from pathlib import Path

from keys.seal import self_signed
from tests.fakes.situation import Situation

_BEGUN = datetime(2022, 1, 1, tzinfo=UTC)


def name_certificate(situation: Situation, former: Path, ends: datetime) -> None:
    """Write the next version of the agreement, in which one that ends then follows ``former``."""
    key = self_signed("Certificat court", _BEGUN, ends)
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n")
    known = former.read_text("ascii").strip()
    assert known in text
    # Whoever changes a certificate has its fingerprint read again.
    text = re.sub(r"(?m)^(fingerprint_checked_on) = .*$", r"\1 = 2023-01-30", text)
    situation.agreement.write_text(
        text.replace(known, key.certificate.pem.decode("ascii").strip()), "utf-8"
    )
