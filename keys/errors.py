"""Errors of this package, split by what the caller does next.

KeysError
├── MasterKeyError     an operator mends the master key file, or its rights
├── KeyringError       the keyring is altered, or of another master key: a human looks
├── UnknownKeyError    the key is not there or was destroyed: give up
└── UnsealingError     a sealed record does not open, for whatever cause: give up

A failed decryption or verification is one error without a cause.
"""


class KeysError(Exception):
    """The base. Its text is a French sentence that holds no secret and no value."""


class MasterKeyError(KeysError):
    """The master key cannot be read or written."""


class KeyringError(KeysError):
    """The keyring cannot be read, or is not what it was."""


class UnknownKeyError(KeysError):
    """No such key: it never was, or it was destroyed."""


class UnsealingError(KeysError):
    """A sealed record does not open. Says nothing of the cause."""
