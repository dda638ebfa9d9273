"""Errors of this package, split by what the caller does next.

KeysError
├── MasterKeyError     an operator mends the master key file, or its rights
├── KeyringError       the keyring is altered, or of another master key: a human looks
├── BusyFileError      another process holds a file: the same call may succeed later
├── UnknownKeyError    the key is not there or was destroyed: give up
├── UnsealingError     a sealed record does not open, for whatever cause: give up
├── WaitingFileError   what was received and waited no longer opens: have it sent again
├── InvalidCertificateError   a certificate or its key is not fit: the sentence says what to do
│   └── MismatchedKeyError    a private key and a certificate of two pairs: give those of one
├── InvalidSignatureError     a signature does not hold, for whatever cause: a human looks
├── InvalidNoteError   a note is not signed by the expected key: give up, a human looks
└── AgeError           an age key or file, see C2SP age.md
    ├── InvalidRecipientError     mend the public key, or choose other recipients
    ├── InvalidIdentityError      mend the private key file
    ├── UnsupportedAgeFileError   armor or passphrase: ask for a plain binary file
    ├── NoMatchingIdentityError   try another private key
    ├── AgeHeaderError            the header is not well formed: give up
    ├── AgeMacError               the header was altered: give up, a human looks
    └── AgePayloadError           the content was altered or cut: give up, a human looks

A failed decryption or verification is one error without a cause.
"""

from typing import ClassVar


class KeysError(Exception):
    """The base. Its text is a French sentence that holds no secret and no value.

    ``way_out`` is a second one, on what to do.
    """

    way_out: ClassVar[str] = "vérifiez le fichier donné, ou demandez-le de nouveau à son auteur"


class MasterKeyError(KeysError):
    """The master key cannot be read or written."""

    way_out = "vérifiez son chemin et ses droits, ou restaurez-la de sa copie"


class KeyringError(KeysError):
    """The keyring cannot be read, or is not what it was."""

    way_out = "n'y changez rien ; restaurez-le de sa sauvegarde, avec la clé maîtresse de ce jour"


class BusyFileError(KeysError):
    """Another process holds a file for longer than its work takes."""


class UnknownKeyError(KeysError):
    """No such key: it never was, or it was destroyed."""

    way_out = "ce qu'elle scellait ne s'ouvre plus ; voyez ce qui a été détruit : audit list"


class UnsealingError(KeysError):
    """A sealed record does not open. Says nothing of the cause."""

    way_out = "n'y changez rien ; lancez : spie-exchange audit verify"


class WaitingFileError(KeysError):
    """What was received is not what waits to be read. Says nothing of the cause."""

    way_out = "envoyez le fichier à nouveau ; si cela recommence, examinez le disque de la machine"


class AgeError(KeysError):
    """An age key or file that cannot be used."""


class InvalidRecipientError(AgeError):
    """Not an age public key of a kind we write to, or recipients that do not go together."""


class InvalidIdentityError(AgeError):
    """Not an age private key of a kind we read with."""


class UnsupportedAgeFileError(AgeError):
    """An age file of a form left out on purpose: ASCII armor, passphrase."""


class NoMatchingIdentityError(AgeError):
    """None of the private keys opens the file."""


class AgeHeaderError(AgeError):
    """The header of the file breaks the grammar, or a stanza its own rules."""


class AgeMacError(AgeError):
    """The header does not carry the authentication code of its file key."""


class AgePayloadError(AgeError):
    """The content was altered, cut, or is followed by something."""


class InvalidNoteError(KeysError):
    """A note or a verifier key is not what it claims. Says nothing of the cause."""


class InvalidCertificateError(KeysError):
    """A certificate, or the key it goes with, is not fit; the sentence says what to do."""

    way_out = "corrigez ce qui a été donné (nom, clé ou certificat), puis recommencez"


class MismatchedKeyError(InvalidCertificateError):
    """A private key and a certificate that are not of one pair."""

    way_out = "donnez la clé et le certificat d'une même paire"


class InvalidSignatureError(KeysError):
    """A signature does not hold. Says nothing of the cause."""
