"""The refusal report: every finding by line, column, code, message and hint, never a value.

Findings go to a file as they come, so that a file whose rows are all bad costs no memory;
the counts and the first findings are kept for the screen.
"""

import csv
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, TextIO

from exchange.errors import RefusedError
from exchange.scratch import scratch_file
from schemas.annex_e import Finding, Level, RuleCode

_COLUMNS: Final = ("ligne", "colonne", "niveau", "code", "message", "conseil")
_LEVELS_FOR_MACHINES: Final = {
    Level.FILE_REFUSED: "file",
    Level.ROW_REFUSED: "row",
    Level.ROW_HELD: "held",
    Level.WARNING: "warning",
}
_BYTE_ORDER_MARK: Final = "\ufeff"
_KEPT_FOR_SCREEN: Final = 20
_SCRATCH_PREFIX: Final = ".rapport-"


class RefusalReport:
    """The findings of one load; they stand in a CSV file at ``path`` once ``finish`` is called.

    A context: left without ``finish`` it leaves no file. An earlier report at ``path`` is
    replaced, in one step; any other file there is left alone. Without ``path`` the findings
    serve ``write_json`` only. ``counts`` has every finding, ``first_findings`` twenty.
    """

    def __init__(self, path: Path | None) -> None:
        self.counts: Counter[RuleCode] = Counter()
        self.first_findings: list[Finding] = []
        self._path = path
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Open it. Raises ``RefusedError`` when no report can stand at its path."""
        if self._path is not None:
            _require_place(self._path)
        self._file = self._stack.enter_context(self._new_file())
        self._file.write(_BYTE_ORDER_MARK)
        self._writer = csv.writer(
            self._file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n"
        )
        self._writer.writerow(_COLUMNS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it; what is not finished goes."""
        self._stack.close()

    def add(self, finding: Finding) -> None:
        """Write one finding down. Line 0, the file as a whole, is left blank."""
        code = finding.code
        self.counts[code] += 1
        if len(self.first_findings) < _KEPT_FOR_SCREEN:
            self.first_findings.append(finding)
        self._writer.writerow(
            (
                finding.line or "",
                finding.column,
                code.level.value,
                code.value,
                code.message,
                code.hint,
            )
        )

    def finish(self) -> None:
        """Put the report at its path, whole and on disk."""
        if self._path is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._scratch.replace(self._path)

    def write_json(self, stream: TextIO, outcome: Mapping[str, Any]) -> None:
        """Write ``{"lines": [{line, column, level, code}, ...], "counts": {code: n}, ...}``.

        ``outcome`` is what else there is to say of the load. Streams, whatever the number of
        findings; to be called inside the context.
        """
        stream.write('{"lines": [')
        separator = "\n"
        for finding in self._findings():
            stream.write(separator + json.dumps(_as_document(finding), ensure_ascii=False))
            separator = ",\n"
        counts = {code.value: count for code, count in sorted(self.counts.items())}
        rest = json.dumps({"counts": counts, **outcome}, ensure_ascii=False)
        stream.write(f"\n], {rest[1:]}\n")

    def write_csv(self, stream: IO[bytes]) -> None:
        """Write the report as it stands in its file; to be called inside the context."""
        self._file.flush()
        written = self._file.buffer
        written.seek(0)
        shutil.copyfileobj(written, stream)

    def _new_file(self) -> TextIO:
        try:
            if self._path is None:
                file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - left with the context
            else:
                beside = scratch_file(self._path.parent, _SCRATCH_PREFIX)
                self._scratch, file = self._stack.enter_context(beside)
        except OSError:
            raise RefusedError(
                "le rapport des refus ne peut pas être écrit", "vérifiez vos droits sur son dossier"
            ) from None
        return TextIOWrapper(file, encoding="utf-8", newline="")

    def _findings(self) -> Iterator[Finding]:
        self._file.seek(0)
        rows = csv.reader(self._file, delimiter=";")
        next(rows)
        for line, column, _, code, *_ in rows:
            yield Finding(int(line or 0), column, RuleCode[code])


def _require_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise RefusedError(
            "le dossier du rapport des refus n'existe pas",
            "créez-le, ou donnez un autre chemin à --report",
        )
    if path.exists() and not _is_report(path):
        raise RefusedError(
            "ce qui se trouve au chemin du rapport n'est pas un rapport de refus",
            "donnez un autre chemin à --report : rien n'est écrasé",
        )


def _is_report(path: Path) -> bool:
    """Tell an earlier report by its first line, so that no source file is ever replaced."""
    expected = (_BYTE_ORDER_MARK + ";".join(f'"{name}"' for name in _COLUMNS)).encode()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(expected)) == expected


def _as_document(finding: Finding) -> dict[str, str | int]:
    return {
        "line": finding.line,
        "column": finding.column,
        "level": _LEVELS_FOR_MACHINES[finding.code.level],
        "code": finding.code.value,
    }
