import pytest

from exchange.intake.file_kind import refuse_other_kinds
from exchange.intake.refused_source import SourceRefusedError
from schemas.annex_e import RuleCode


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "classeur"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1\\ansi", "traitement de texte"),
        (b"<html><table>", "page web"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "page web"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
    ],
)
def test_fichier_format_for_a_file_that_is_no_csv(beginning: bytes, kind: str) -> None:
    with pytest.raises(SourceRefusedError, match=kind) as refusal:
        refuse_other_kinds(beginning)

    assert refusal.value.findings[0].code is RuleCode.FICHIER_FORMAT
    assert "CSV" in refusal.value.hint


@pytest.mark.parametrize("beginning", [b"PK_ID;NOM\r\n", b"prenom;nom\r\n\x00;x\r\n", b"\n", b'"'])
def test_text_is_let_through_even_with_a_stray_nul(beginning: bytes) -> None:
    refuse_other_kinds(beginning)
