"""The text of a token, and what is kept of it."""

import hashlib
import re

import pytest

from exchange.accounts.credentials import new_token, presented_token


def test_a_token_is_read_back_as_what_is_kept_of_it() -> None:
    text, kept = new_token()

    assert presented_token(text) == kept


def test_a_token_has_256_random_bits_and_a_prefix_that_scanners_know() -> None:
    text, kept = new_token()
    secret = text.rsplit("_", 1)[1]

    assert re.fullmatch(r"spie_[a-z2-7]{8}_[a-z2-7]{52}", text)
    assert kept.digest == hashlib.sha256(secret.encode()).digest()
    assert new_token()[0] != text


_WHOLE = f"spie_{'a' * 8}_{'b' * 52}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        _WHOLE[:-1],
        f"{_WHOLE}a",
        _WHOLE.upper(),
        _WHOLE.replace("spie_", "spie-"),
        f" {_WHOLE}",
        f"{_WHOLE}\n",
        "é" * len(_WHOLE),
    ],
    ids=["nothing", "short", "long", "capitals", "hyphen", "space", "line end", "no ASCII"],
)
def test_what_is_no_token_of_ours_is_none(text: str) -> None:
    assert presented_token(_WHOLE) is not None
    assert presented_token(text) is None
