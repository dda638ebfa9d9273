"""TLS by the service itself: the context that every connection is wrapped in.

Source: ANSSI, "Recommandations de sécurité relatives à TLS" 1.2: TLS 1.3, or 1.2 with ephemeral
keys and authenticated encryption.
"""

import ssl
from pathlib import Path
from typing import Final

_CIPHERS_OF_TLS_1_2: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Make the context of a server from its files, in PEM; the pair was found to be one before.

    Made once, before the first connection: a file that is being renewed breaks none, and a
    new one counts from the next start on.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS_OF_TLS_1_2)
    context.load_cert_chain(certificate, key)
    return context
