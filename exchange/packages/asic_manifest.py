"""``META-INF/ASiCManifest.xml`` (ETSI EN 319 162-1, annex A.4): what the signature covers.

Written from a template, one reference a line, ``URI`` first, sorted bytewise, so that ``sed``
and ``cmp`` can check it. Never parsed: it is written again from what was found, and compared.
"""

import base64
from collections.abc import Mapping
from typing import Final

from exchange.packages.naming import SIGNATURE

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" '
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    f'<asic:SigReference URI="{SIGNATURE}" MimeType="application/pkcs7-signature"/>\n'
)
_TAIL: Final = "</asic:ASiCManifest>\n"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"


def asic_manifest(digests: Mapping[str, bytes]) -> bytes:
    """Write the manifest of members (name → SHA-256, 32 bytes)."""
    lines = [_reference(name, digests[name]) for name in sorted(digests)]
    return (_HEAD + "".join(lines) + _TAIL).encode("ascii")


def _reference(name: str, digest: bytes) -> str:
    value = base64.b64encode(digest).decode("ascii")
    return (
        f'<asic:DataObjectReference URI="{name}"><ds:DigestMethod Algorithm="{_SHA256}"/>'
        f"<ds:DigestValue>{value}</ds:DigestValue></asic:DataObjectReference>\n"
    )
