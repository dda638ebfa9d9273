"""Errors, split by what the caller does next.

ExchangeError
├── RetryLaterError      the same call may succeed later (busy base, another process)
│   ├── TakenClaimError  another command works on this agreement
│   └── LostClaimError   this command stood still for so long that another took its work over
├── ConfigurationError   an operator mends the installation (path, right, version)
├── RefusedError         the act is not allowed; asking again changes nothing
└── AttentionError       data or evidence disagree: a human looks before anything goes on

Each carries a French sentence and a French way out; neither ever holds a person's data.
"""

from typing import ClassVar


class ExchangeError(Exception):
    """The base: ``message`` says what is wrong, ``hint`` the way out."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        """Take the two French sentences."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class RetryLaterError(ExchangeError):
    """The same call may succeed later."""

    exit_code = 75  # EX_TEMPFAIL, sysexits.h


class TakenClaimError(RetryLaterError):
    """Another command works on what was asked for."""


class LostClaimError(RetryLaterError):
    """Another command took over what this one worked on."""


class ConfigurationError(ExchangeError):
    """An operator mends the installation first."""

    exit_code = 78  # EX_CONFIG


class RefusedError(ExchangeError):
    """The act is not allowed."""

    exit_code = 3


class AttentionError(ExchangeError):
    """Data or evidence disagree: a human looks before anything goes on."""

    exit_code = 4
