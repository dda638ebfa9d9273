"""What can be wrong with a package. One sentence for the recipient, no detail for an attacker.

RefusedError
└── UnacceptablePackageError   altered, of another sender, for another reader, or of another form
"""

from typing import Final

from exchange.errors import RefusedError

_HINT: Final = "n'en utilisez rien ; demandez au Département de l'envoyer de nouveau"


class UnacceptablePackageError(RefusedError):
    """A package that is not opened; nothing of it was released."""

    def __init__(self, message: str, hint: str = _HINT) -> None:
        """Take the sentence and the way out."""
        super().__init__(message, hint)
