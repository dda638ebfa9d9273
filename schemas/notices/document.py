"""What a notices file says, as frozen values. They exist only once every check has passed."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server, and who is written to.

    ``security``: TLS is demanded after the greeting (``starttls``, RFC 3207) or from the
    first byte (``tls``, RFC 8314); ``none`` is for a server on the same machine only.
    ``password_file`` and ``ca_file`` are absolute paths.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    from_: str
    to: tuple[str, ...]
    user: str | None = None
    password_file: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """The address that is called while all goes well; whoever knows it can call it."""

    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoticesFile:
    """One file, whole and free of contradiction."""

    mail: Mail
    ping: Ping | None = None
