from io import BytesIO

import pytest

from exchange.intake.double_encoding import find_doubled_in_single_bytes, find_doubled_in_utf_8
from exchange.intake.encoding import Encoding, detect_encoding
from exchange.intake.refused_source import SourceRefusedError
from schemas.annex_e import RuleCode

_FRENCH = [
    "Lefèvre",
    "Éric",
    "œuvre",
    "Noël",
    "l’église",
    "à Lens",
    "12 n°3",
    "Özil",
    "FRANÇOIS",
    "CHÂTEAU",
    "Loÿs",
    "Dušan",
    "« Le Clos »",
]
_PORTUGUESE = [
    "JOÃO",
    "CONCEIÇÃO",
    "« VILA CHÃ »",
    "«VILA CHÃ»",
    "VILA CHÃ\u00a0PORTO",
    "CHÃ–PORTO",
    "LA CHÃ’S",
    "João Simão",
    "HÂLÂ",
    "ÅLAND",
]


def _misread(text: str) -> str:
    """Read UTF-8 as software of the Windows-1252 family does, control octets kept."""
    return "".join(
        bytes([octet]).decode("cp1252", errors="ignore") or chr(octet) for octet in text.encode()
    )


@pytest.mark.parametrize("text", _FRENCH)
def test_text_encoded_twice_is_found_in_utf_8(text: str) -> None:
    assert find_doubled_in_utf_8(_misread(text).encode()) >= 0
    assert find_doubled_in_utf_8(text.encode().decode("latin-1").encode()) >= 0


@pytest.mark.parametrize("text", _FRENCH)
def test_text_encoded_twice_is_found_in_single_bytes(text: str) -> None:
    assert find_doubled_in_single_bytes(text.encode()) >= 0


@pytest.mark.parametrize("text", _FRENCH + _PORTUGUESE)
def test_sound_text_raises_no_alarm(text: str) -> None:
    assert find_doubled_in_utf_8(text.encode()) == -1
    assert find_doubled_in_single_bytes(text.encode("cp1252")) == -1


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r"])
def test_fichier_mojibake_names_the_first_line_of_a_file_encoded_twice(separator: str) -> None:
    text = separator.join(["nom", "Petit", "Lefèvre", "Hélène"])

    with pytest.raises(SourceRefusedError, match="dès la ligne 3") as refusal:
        detect_encoding(BytesIO(_misread(text).encode()))

    (finding,) = refusal.value.findings
    assert (finding.code, finding.line) == (RuleCode.FICHIER_MOJIBAKE, 3)


def test_fichier_mojibake_in_the_second_mebibyte() -> None:
    content = "André\n".encode() * 200_000 + "LefÃ¨vre\n".encode()

    with pytest.raises(SourceRefusedError, match="dès la ligne 200001"):
        detect_encoding(BytesIO(content))


def test_fichier_mojibake_in_a_windows_1252_file_with_some_cells_encoded_twice() -> None:
    content = "nom\nAndré\nLefÃ¨vre\n".encode("cp1252")

    with pytest.raises(SourceRefusedError, match="dès la ligne 3") as refusal:
        detect_encoding(BytesIO(content))

    assert refusal.value.findings[0].code is RuleCode.FICHIER_MOJIBAKE


def test_fichier_mojibake_for_a_file_that_stops_being_utf_8_half_way() -> None:
    content = "André\n".encode() * 200_000 + "André\n".encode("cp1252")

    with pytest.raises(SourceRefusedError) as refusal:
        detect_encoding(BytesIO(content))

    assert refusal.value.findings[0].code is RuleCode.FICHIER_MOJIBAKE


@pytest.mark.parametrize("forced", [Encoding.UTF_8, None])
def test_forcing_the_encoding_does_not_let_doubled_text_in(forced: Encoding | None) -> None:
    with pytest.raises(SourceRefusedError, match="encodées deux fois"):
        detect_encoding(BytesIO("LefÃ¨vre".encode()), forced)


def test_a_refusal_for_doubled_text_never_shows_the_text() -> None:
    with pytest.raises(SourceRefusedError) as refusal:
        detect_encoding(BytesIO("LefÃ¨vre".encode()))

    assert "Lef" not in refusal.value.message + refusal.value.hint
