"""In which encoding a file is written: UTF-8, Windows-1252 or ISO-8859-15, or it is refused.

The whole file is looked at: an accent may first come in the last row. UTF-8 is strict, so
text that decodes is UTF-8. The two others give a character to nearly every octet and differ
in few, which are judged by what French text holds there. What is plainly none of the three
(UTF-16, MS-DOS, Macintosh) is refused rather than guessed: a wrong guess alters names
without a sound (a library asked to guess read « Lefèvre » as « Lefčvre »).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from exchange.errors import RefusedError
from exchange.intake.octet_survey import OctetSurvey, SingleByteSigns, survey_octets
from exchange.intake.refused_source import SourceRefusedError, refused
from schemas.annex_e import RuleCode


class Encoding(StrEnum):
    """The encodings taken; the values are Python's codec names and what operators write."""

    UTF_8 = "utf-8"
    WINDOWS_1252 = "windows-1252"
    ISO_8859_15 = "iso-8859-15"


_OTHER_NAMES: Final = {"utf-8-sig": Encoding.UTF_8, "cp1252": Encoding.WINDOWS_1252}


@dataclass(frozen=True, slots=True)
class DetectedEncoding:
    """What one pass over a file found."""

    encoding: Encoding
    has_byte_order_mark: bool
    size_bytes: int


def parse_encoding(name: str) -> Encoding:
    """Read an encoding's name as an operator gives it. Raises ``RefusedError``."""
    lowered = name.strip().lower()
    try:
        return _OTHER_NAMES.get(lowered) or Encoding(lowered)
    except ValueError:
        raise RefusedError(
            "l'encodage donné n'est pas admis",
            "écrivez --encoding utf-8, windows-1252 ou iso-8859-15, ou laissez détecter",
        ) from None


def detect_encoding(stream: BinaryIO, forced: Encoding | None = None) -> DetectedEncoding:
    """Find the encoding of a whole file, or check the one that the operator gave.

    Reads ``stream`` to its end. Raises ``SourceRefusedError``: ``FICHIER_ENCODAGE``,
    ``FICHIER_MOJIBAKE``, ``FICHIER_FORMAT`` (no text), ``FICHIER_VIDE`` (no byte).
    """
    seen, signs = survey_octets(stream)
    if not seen.size_bytes:
        raise refused(RuleCode.FICHIER_VIDE, "le fichier est vide")
    if seen.is_truncated:
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            "le fichier s'arrête au milieu d'un caractère : il semble tronqué",
            hint="refaites l'export ou la copie du fichier, puis recommencez",
        )
    encoding = _recognise(seen, signs) if forced is None else _check(forced, seen, signs)
    return DetectedEncoding(encoding, seen.has_byte_order_mark, seen.size_bytes)


def _recognise(seen: OctetSurvey, signs: SingleByteSigns) -> Encoding:
    if seen.is_utf_8 or seen.has_byte_order_mark:
        _require_utf_8(seen)
        return Encoding.UTF_8
    _require_encoded_once(seen)
    if signs.other_character_set or (signs.windows_1252_only and signs.not_windows_1252):
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            "l'encodage n'est ni UTF-8, ni Windows-1252, ni ISO-8859-15",
            hint="enregistrez le fichier en « CSV UTF-8 », puis recommencez",
        )
    if signs.windows_1252_only:
        return Encoding.WINDOWS_1252
    if signs.not_windows_1252 or signs.iso_8859_15_only:
        return Encoding.ISO_8859_15
    return Encoding.WINDOWS_1252


def _check(forced: Encoding, seen: OctetSurvey, signs: SingleByteSigns) -> Encoding:
    match forced:
        case Encoding.UTF_8:
            _require_utf_8(seen)
        case Encoding.WINDOWS_1252:
            _require_single_bytes(seen, has_impossible=signs.not_windows_1252)
        case Encoding.ISO_8859_15:
            _require_single_bytes(seen, has_impossible=signs.windows_1252_only)
    return forced


def _require_utf_8(seen: OctetSurvey) -> None:
    if not seen.is_utf_8:
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            "le fichier n'est pas entièrement en UTF-8",
            hint="enregistrez-le en « CSV UTF-8 », ou retirez --encoding, puis recommencez",
        )
    if seen.doubled_in_utf_8_line:
        raise _doubled(seen.doubled_in_utf_8_line)


def _require_single_bytes(seen: OctetSurvey, *, has_impossible: bool) -> None:
    is_plainly_utf_8 = seen.is_utf_8 and bool(seen.multi_byte_line)
    if is_plainly_utf_8 or seen.has_byte_order_mark or has_impossible:
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            "le fichier n'est pas dans l'encodage donné",
            hint="retirez --encoding, puis recommencez",
        )
    _require_encoded_once(seen)


def _require_encoded_once(seen: OctetSurvey) -> None:
    # A file that stops being UTF-8 half-way mixes two encodings: read in the second, its
    # first half shows the same doubled letters.
    if line := seen.multi_byte_line or seen.doubled_in_single_bytes_line:
        raise _doubled(line)


def _doubled(line: int) -> SourceRefusedError:
    return refused(
        RuleCode.FICHIER_MOJIBAKE,
        f"des lettres accentuées ont été encodées deux fois, dès la ligne {line} "
        "(« Ã© » au lieu de « é »)",
        line=line,
    )
