"""The notice: what an agent of the ministry needs to know, and no person."""

from pathlib import Path

import pytest

from exchange.packages.naming import NOTICE
from exchange.packages.stock_lines import (
    ACKNOWLEDGING,
    ACKNOWLEDGING_TEST,
    OPENING,
    acknowledging_lines,
    opening_lines,
)
from tests.demo.stock_lines import stock_lines
from tests.unit.exchange.packages.hostile import unpack
from tests.unit.exchange.packages.specimen import DGEFP, PROVIDER, Correspondence

_NAME = "spie-62_enquete-1_prestataire-enquete_r1"


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


def _notice(correspondence: Correspondence, recipient: str, *, trial: bool = False) -> str:
    return unpack(correspondence.package(recipient, trial=trial))[NOTICE].decode("utf-8")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (OPENING, "open"),
        (ACKNOWLEDGING, "acknowledge"),
        (ACKNOWLEDGING_TEST, "acknowledge-test"),
    ],
)
def test_the_lines_of_a_package_are_those_of_the_readme(lines: str, name: str) -> None:
    assert lines == stock_lines(name)


def test_the_lines_name_this_package(correspondence: Correspondence) -> None:
    notice = _notice(correspondence, PROVIDER)

    assert opening_lines(f"{_NAME}.asice") in notice
    assert acknowledging_lines(f"{_NAME}.asice") in notice
    assert "paquet.asice" not in notice


def test_a_trial_says_so_first_and_in_its_name(correspondence: Correspondence) -> None:
    notice = _notice(correspondence, PROVIDER, trial=True)

    assert notice.startswith("ESSAI — CE PAQUET NE CONTIENT PAS DE VRAIES PERSONNES.")
    assert f"unzip -q {_NAME}.ESSAI.asice" in notice


@pytest.mark.parametrize(("recipient", "version"), [(DGEFP, "age 1.3"), (PROVIDER, "age 1.0")])
def test_the_version_of_age_is_the_one_that_the_key_needs(
    correspondence: Correspondence, recipient: str, version: str
) -> None:
    assert f"{version} ou plus récent" in _notice(correspondence, recipient)


def test_it_says_whom_to_call_what_to_compare_and_until_when(
    correspondence: Correspondence,
) -> None:
    notice = _notice(correspondence, PROVIDER)
    sender = correspondence.agreement.sender

    assert correspondence.seal.certificate.fingerprint in notice
    assert correspondence.agreement.recipient(PROVIDER).fingerprint in notice
    assert sender.contact in notice
    assert sender.dpo_contact in notice
    assert "Au plus tard le " in notice
    assert "type TEXTE" in notice
