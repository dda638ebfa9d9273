"""What a file is when it is no text: a workbook, a PDF, a web page saved as a spreadsheet."""

import codecs
from typing import Final

from exchange.intake.refused_source import refused
from schemas.annex_e import RuleCode

_WORKBOOK: Final = "un classeur (Excel ou LibreOffice)"
_WEB_PAGE: Final = "une page web ou un document XML, même s'il s'ouvre dans un tableur"
_ARCHIVE: Final = "une archive compressée"
_BEGINNINGS: Final = {
    b"PK\x03\x04": _WORKBOOK,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _WORKBOOK,
    b"%PDF": "un document PDF",
    b"{\\rtf": "un document de traitement de texte",
    b"\x1f\x8b": _ARCHIVE,
    b"7z\xbc\xaf\x27\x1c": _ARCHIVE,
    b"<": _WEB_PAGE,
    codecs.BOM_UTF8 + b"<": _WEB_PAGE,
}
_SAVE_AS_CSV: Final = "enregistrez les données en « CSV UTF-8 », puis recommencez"

_SAMPLE_BYTES: Final = 256
# ASCII text in UTF-16 is half NUL, in UTF-32 three quarters.
_NUL_SHARE: Final = 0.25


def refuse_other_kinds(beginning: bytes) -> None:
    """Refuse a file that is no CSV text, by its first bytes.

    Raises ``SourceRefusedError``: ``FICHIER_FORMAT``, or ``FICHIER_ENCODAGE`` for UTF-16
    and UTF-32, with or without a mark. A stray NUL is left to its row.
    """
    for octets, kind in _BEGINNINGS.items():
        if beginning.startswith(octets):
            raise refused(
                RuleCode.FICHIER_FORMAT, f"le fichier est {kind}, non un CSV", hint=_SAVE_AS_CSV
            )
    sample = beginning[:_SAMPLE_BYTES]
    # The marks of UTF-32 begin like, or hold, those of UTF-16.
    has_mark = sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    if has_mark or sample.count(0) > _NUL_SHARE * len(sample):
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            "le fichier est en UTF-16 ou UTF-32 (« texte Unicode »)",
            hint=_SAVE_AS_CSV,
        )
