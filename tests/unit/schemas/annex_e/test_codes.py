"""The code table: complete, French, the same as the documentation."""

import re
from pathlib import Path

import pytest

from schemas.annex_e import Level, RuleCode
from tests.unit.schemas.annex_e.rule_codes_page import rule_codes_page

_ROOT = Path(__file__).resolve().parents[4]
_CONTRACT = {
    Level.FILE_REFUSED: (
        "FICHIER_ENCODAGE FICHIER_MOJIBAKE FICHIER_VIDE FICHIER_COLONNE_INCONNUE "
        "FICHIER_COLONNE_MANQUANTE FICHIER_COLONNE_DOUBLE FICHIER_SEUIL_REFUS FICHIER_FORMAT"
    ),
    Level.ROW_REFUSED: (
        "LIGNE_NOMBRE_CHAMPS CHAMP_OBLIGATOIRE CHAMP_TROP_LONG CARACTERE_INTERDIT FORMULE NIR "
        "NIR_MAL_FORME IDENTIFIANT_SOCIAL DATE_FORMAT DATE_IMPOSSIBLE DATE_INVRAISEMBLABLE "
        "ENTREE_FUTURE CODE_POSTAL_FORMAT COURRIEL_FORMAT TELEPHONE_FORMAT TELEPHONE_SPECIAL "
        "CONTACT_ABSENT DOUBLON_CONTRADICTOIRE"
    ),
    Level.ROW_HELD: "ENTREE_HORS_PERIODE HOMONYME_POSSIBLE CLE_LOCALE_DOUTEUSE",
    Level.WARNING: (
        "AVERTISSEMENT_ADRESSE_TIERS AVERTISSEMENT_CODE_POSTAL AVERTISSEMENT_DOUBLON_IDENTIQUE"
    ),
}


@pytest.mark.parametrize("level", Level)
def test_each_level_has_the_codes_of_the_contract(level: Level) -> None:
    codes = [str(code) for code in RuleCode if code.level is level]

    assert codes == _CONTRACT[level].split()


@pytest.mark.parametrize("code", RuleCode)
def test_each_code_is_named_as_it_is_written_and_says_what_to_do(code: RuleCode) -> None:
    assert code.name == code.value
    assert re.fullmatch(r"[A-ZÀÉ].*\.", code.message)
    assert re.fullmatch(r"[A-ZÀÉ].*\.", code.hint)
    assert "{" not in code.message + code.hint


def test_documentation_page_is_the_code_table() -> None:
    page = _ROOT / "docs/rule-codes.md"

    assert page.read_text(encoding="utf-8") == rule_codes_page()
