"""What can be wrong with a package. One sentence for whoever reads it, no detail for an attacker.

RefusedError
├── UnacceptablePackageError   altered, of another sender, for another reader, or of another form
└── PackageTooLargeError       more than a container holds
AttentionError
└── UnfaithfulPackageError     what was just written does not read back as it was meant
"""

from typing import Final

from exchange.errors import AttentionError, RefusedError

_HINT: Final = "n'en utilisez rien ; demandez au Département de l'envoyer de nouveau"


class UnacceptablePackageError(RefusedError):
    """A package that is not opened; nothing of it was released."""

    def __init__(self, message: str, hint: str = _HINT) -> None:
        """Take the sentence and the way out."""
        super().__init__(message, hint)


class PackageTooLargeError(RefusedError):
    """The container would pass 4 GiB."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "un paquet ne dépasse pas 4 Gio", "prévoyez plusieurs échéances dans la convention"
        )


class UnfaithfulPackageError(AttentionError):
    """A container just written is not what was meant; it does not leave."""

    def __init__(self, message: str) -> None:
        """Take the sentence."""
        super().__init__(
            message, "rien n'est parti ; vérifiez le disque et le cachet, puis relancez l'envoi"
        )
