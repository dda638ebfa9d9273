"""Postcodes, and the warnings about where somebody lives."""

from dataclasses import replace

import pytest

from tests.unit.schemas.annex_e.sound_row import CONTEXT, found, verdict_of

_ANYWHERE = replace(CONTEXT, territory_postcode_prefixes=())
_WARNED = [("code_postal", "AVERTISSEMENT_CODE_POSTAL")]


@pytest.mark.parametrize(
    "written", ["6200", "620000", "62 000", "62000 ARRAS", "F-62000", "2A000", "٦٢٠٠٠", "62000.0"]
)
def test_code_postal_format_is_found_unless_five_digits(written: str) -> None:
    assert found(code_postal=written) == [("code_postal", "CODE_POSTAL_FORMAT")]


@pytest.mark.parametrize("written", ["62000", " 62000 ", "62999"])
def test_code_postal_format_is_not_found_for_five_digits(written: str) -> None:
    assert found(code_postal=written) == []


@pytest.mark.parametrize("postcode", ["00100", "96000", "99100", "97000", "97900", "98500"])
def test_avertissement_code_postal_is_given_for_an_unknown_departement(postcode: str) -> None:
    assert found(_ANYWHERE, code_postal=postcode) == _WARNED


@pytest.mark.parametrize(
    "postcode", ["01000", "20000", "75001", "95000", "97100", "97800", "98000", "98600", "98800"]
)
def test_avertissement_code_postal_is_not_given_for_a_known_departement(postcode: str) -> None:
    assert found(_ANYWHERE, code_postal=postcode) == []


def test_avertissement_code_postal_is_given_outside_the_territory() -> None:
    assert found(code_postal="59000") == _WARNED
    assert found(_ANYWHERE, code_postal="59000") == []


@pytest.mark.parametrize("address", ["BP 12 62000 ARRAS CEDEX", "Arras Cedex 9", "cédex"])
def test_avertissement_code_postal_is_given_once_for_cedex(address: str) -> None:
    assert found(adresse=address, code_postal="59000") == _WARNED
    assert found(adresse=address) == _WARNED


@pytest.mark.parametrize(
    "address",
    [
        "c/o Mme Hénon, 3 rue Neuve",
        "CHEZ M. Hénon",
        "3 rue Neuve chez Hénon",
        "s/c Hénon",
        "CCAS, 5 rue du Pas",
        "Foyer de l'Horizon, 3 rue Neuve",
        "CHRS Le Toit",
        "Croix-Rouge, 2 rue Neuve",
        "Maison d'arrêt de Béthune",
        "MAISON D’ARRÊT",
        "Centre hospitalier d'Arras",
        "Hôpital, rue de l'Hôpital",
        "Résidence sociale Les Lilas",
        "domiciliation mairie",
    ],
)
def test_avertissement_adresse_tiers_is_given(address: str) -> None:
    verdict = verdict_of(adresse=address)

    assert found(adresse=address) == [("adresse", "AVERTISSEMENT_ADRESSE_TIERS")]
    assert not verdict.is_refused
    assert not verdict.is_held
    assert verdict.warnings == verdict.findings


@pytest.mark.parametrize(
    "address",
    [
        "3 rue de l'Hôpital",
        "12 place de la Mairie",
        "rue du Foyer 14",
        "2 avenue de l'Ancien Hôpital",
        "4 chemin de la Prison",
        "rue des Chezeaux",
        "5 rue Chezy",
        "Rue de la Fontaine",
    ],
)
def test_avertissement_adresse_tiers_is_not_given_for_the_name_of_a_street(address: str) -> None:
    assert found(adresse=address) == []
