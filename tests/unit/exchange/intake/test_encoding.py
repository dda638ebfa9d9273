from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import RefusedError
from exchange.intake.encoding import Encoding, detect_encoding, parse_encoding
from exchange.intake.refused_source import SourceRefusedError
from schemas.annex_e import RuleCode

_MIB = 1 << 20
_FRENCH = "Hélène;Lefèvre;Château-Thierry;NOËL;Françoise;Où;Île\r\n"


def _detected(content: bytes, forced: Encoding | None = None) -> Encoding:
    return detect_encoding(BytesIO(content), forced).encoding


def _code(content: bytes, forced: Encoding | None = None) -> RuleCode:
    with pytest.raises(SourceRefusedError) as refusal:
        detect_encoding(BytesIO(content), forced)
    return refusal.value.findings[0].code


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "iso8859-15"])
def test_french_accents_are_read_back_as_they_were(codec: str) -> None:
    content = _FRENCH.encode(codec)

    detected = detect_encoding(BytesIO(content))

    assert content.decode(detected.encoding).lstrip("\ufeff") == _FRENCH
    assert detected.has_byte_order_mark is (codec == "utf-8-sig")
    assert detected.size_bytes == len(content)


def test_plain_ascii_is_utf_8() -> None:
    assert _detected(b"prenom;nom\r\nAnne;Petit\r\n") is Encoding.UTF_8


def test_an_accent_in_the_last_row_of_a_long_file_decides() -> None:
    content = b"Anne;Petit\r\n" * 200_000 + "André;Petit\r\n".encode("cp1252")

    assert _detected(content) is Encoding.WINDOWS_1252


def test_an_accent_as_the_very_last_octet_is_no_truncation() -> None:
    assert _detected("Anne;André".encode("cp1252")) is Encoding.WINDOWS_1252


@pytest.mark.parametrize("offset", range(-3, 3))
def test_an_accent_across_two_chunks_is_seen(offset: int) -> None:
    before = b"a" * (_MIB + offset)

    assert _detected(before + "é".encode() + b"\n") is Encoding.UTF_8
    assert _detected(before + "é".encode("cp1252") + b"\n") is Encoding.WINDOWS_1252
    assert _code(before + "Ã©".encode() + b"\n") is RuleCode.FICHIER_MOJIBAKE


@pytest.mark.parametrize("text", ["L’Étoile", "12 € par mois", "Sœur", "Œuvre – Lens"])
def test_signs_of_windows_1252_are_kept(text: str) -> None:
    assert _detected(text.encode("cp1252")) is Encoding.WINDOWS_1252


@pytest.mark.parametrize(
    "text", ["rue du Sacré-Cœur", "SŒURS", "œillet", "Œuvre", "L'Haÿ, LOUŸS", "Dušan", "12 €"]
)
def test_letters_of_iso_8859_15_are_known_by_their_neighbours(text: str) -> None:
    assert _detected(text.encode("iso8859-15")) is Encoding.ISO_8859_15


@pytest.mark.parametrize("text", ["12½ rue Haute", "au ½ étage", "l´église", "bât. A ¦ 2", "3¼h"])
def test_signs_beside_digits_and_spaces_stay_windows_1252(text: str) -> None:
    assert _detected(text.encode("cp1252")) is Encoding.WINDOWS_1252


def test_a_control_octet_is_left_to_its_row() -> None:
    assert _detected("André ;\x00;".encode("cp1252") + b";\x81;") is Encoding.ISO_8859_15


@pytest.mark.parametrize("codec", ["cp850", "cp437", "mac_roman"])
@pytest.mark.parametrize("text", ["René;Hélène;François", "DUPRÉ;Lefèvre;Noël"])
def test_fichier_encodage_for_msdos_and_macintosh(codec: str, text: str) -> None:
    assert _code(text.encode(codec)) is RuleCode.FICHIER_ENCODAGE


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_fichier_encodage_for_wide_unicode(codec: str) -> None:
    assert _code("prenom;nom\r\nHélène;Petit\r\n".encode(codec)) is RuleCode.FICHIER_ENCODAGE


def test_fichier_encodage_for_octets_that_no_encoding_has_together() -> None:
    assert _code(b"rue de l\x92\xc9glise;\x81;") is RuleCode.FICHIER_ENCODAGE


def test_fichier_encodage_for_a_mark_that_lies() -> None:
    assert _code(b"\xef\xbb\xbf" + "André".encode("cp1252")) is RuleCode.FICHIER_ENCODAGE


def test_fichier_encodage_for_a_file_cut_inside_a_character() -> None:
    content = "Hélène;André".encode()[:-1]

    with pytest.raises(SourceRefusedError, match="tronqué"):
        detect_encoding(BytesIO(content))


@pytest.mark.parametrize(
    ("codec", "forced"),
    [
        ("cp1252", Encoding.UTF_8),
        ("utf-8", Encoding.WINDOWS_1252),
        ("utf-8-sig", Encoding.ISO_8859_15),
    ],
)
def test_fichier_encodage_for_a_wrong_encoding_forced(codec: str, forced: Encoding) -> None:
    assert _code(_FRENCH.encode(codec), forced) is RuleCode.FICHIER_ENCODAGE


def test_fichier_encodage_for_octets_that_the_forced_encoding_lacks() -> None:
    assert _code(b"l\x92\xe9t\xe9", Encoding.ISO_8859_15) is RuleCode.FICHIER_ENCODAGE
    assert _code(b"\x81;\xe9t\xe9", Encoding.WINDOWS_1252) is RuleCode.FICHIER_ENCODAGE


def test_a_forced_encoding_settles_what_detection_guessed() -> None:
    content = "Dušan".encode("iso8859-15")

    assert _detected(content, Encoding.WINDOWS_1252) is Encoding.WINDOWS_1252


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("utf-8", Encoding.UTF_8),
        ("UTF-8-SIG", Encoding.UTF_8),
        ("cp1252", Encoding.WINDOWS_1252),
        (" Windows-1252 ", Encoding.WINDOWS_1252),
        ("iso-8859-15", Encoding.ISO_8859_15),
    ],
)
def test_the_encodings_taken_have_their_usual_names(name: str, encoding: Encoding) -> None:
    assert parse_encoding(name) is encoding


@pytest.mark.parametrize("name", ["", "latin-1", "utf-16", "rot13", "é"])
def test_another_encoding_is_not_admitted(name: str) -> None:
    with pytest.raises(RefusedError, match="n'est pas admis"):
        parse_encoding(name)


@given(st.text(st.characters(max_codepoint=0xFF, categories=["L", "Nd", "Zs"])))
def test_what_is_detected_always_decodes(text: str) -> None:
    for codec in ("utf-8", "cp1252"):
        content = text.encode(codec, errors="ignore")
        try:
            detected = detect_encoding(BytesIO(content))
        except SourceRefusedError:
            continue
        content.decode(detected.encoding)
