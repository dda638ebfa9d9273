import pytest

from exchange.errors import RefusedError
from exchange.intake.delimiter import detect_delimiter, parse_delimiter
from exchange.intake.refused_source import SourceRefusedError
from schemas.annex_e import RuleCode


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_of_the_header_is_found(delimiter: str) -> None:
    assert detect_delimiter(delimiter.join(["prenom", "nom", "adresse"]) + "\r\n") == delimiter


def test_delimiters_inside_quotes_do_not_count() -> None:
    assert detect_delimiter('prenom;"a,b,c,d";nom\n') == ";"


def test_the_delimiter_that_stands_most_often_wins() -> None:
    assert detect_delimiter("ADRESSE, COMPLETE;NOM;PRENOM\n") == ";"


@pytest.mark.parametrize("header", ["prenom", "prenom|nom|adresse", '"a;b;c"', '"a;b'])
def test_fichier_format_for_a_header_without_delimiter(header: str) -> None:
    with pytest.raises(SourceRefusedError, match="aucun séparateur") as refusal:
        detect_delimiter(header)

    assert refusal.value.findings[0].code is RuleCode.FICHIER_FORMAT


def test_fichier_format_for_an_uncertain_delimiter_asks_which() -> None:
    with pytest.raises(SourceRefusedError, match="incertain") as refusal:
        detect_delimiter("prenom;nom,adresse")

    assert "--delimiter" in refusal.value.hint


@pytest.mark.parametrize(
    ("name", "delimiter"), [(";", ";"), (",", ","), ("tab", "\t"), ("TAB", "\t"), ("\t", "\t")]
)
def test_a_delimiter_can_be_given(name: str, delimiter: str) -> None:
    assert parse_delimiter(name) == delimiter


@pytest.mark.parametrize("name", ["", "|", ";;", "a", '"', "\n"])
def test_another_delimiter_is_not_admitted(name: str) -> None:
    with pytest.raises(RefusedError, match="n'est pas admis"):
        parse_delimiter(name)
