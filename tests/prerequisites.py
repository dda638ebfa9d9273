"""What a test needs beside the locked dependencies: missing, it is skipped; in CI, it fails."""

import os
from typing import NoReturn

import pytest

_MANDATORY = "SPIE_EXCHANGE_CI"


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test for want of something, or fail where everything has to be there."""
    if os.environ.get(_MANDATORY):
        pytest.fail(reason)
    pytest.skip(reason)
