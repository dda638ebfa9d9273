"""The first line of a file: which column holds which field of the contract.

Nothing but the eight fields, and the local key where the agreement names one, may stand in
a file (Annexe E is a closed list). A column that is not known is named by its position,
never by its text: the first line of a file without header is a person.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from exchange.intake.refused_source import SourceRefusedError, refused
from schemas.annex_e import COLUMNS, Finding, RuleCode, SourceRow

_MAX_COLUMNS: Final = 200
# NFC takes quadratic time over combining marks, and the agreement names no column so long.
_NORMALISED_CHARACTERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the cells of a row stand.

    ``width`` counts every column, the nameless ones at the end included, ``named`` those
    that have a name. ``positions`` follow the contract's order. ``names`` gives the name
    used for each contract column; ``is_exact`` tells that letter case agreed too.
    """

    width: int
    named: int
    positions: tuple[int, ...]
    local_key_position: int | None
    names: Mapping[str, str]
    is_exact: bool

    def row_maker(self) -> Callable[[int, Sequence[str]], SourceRow]:
        """Give what makes a row, in the contract's order, of the cells of a line.

        With another number of cells than the header has, its ``cells`` are ``None``.
        """
        width, named, key = self.width, self.named, self.local_key_position
        in_contract_order = itemgetter(*self.positions)

        def make(line: int, cells: Sequence[str]) -> SourceRow:
            if len(cells) != width or (named != width and any(cells[named:])):
                return SourceRow(line, None)
            local_key = "" if key is None else cells[key].strip()
            return SourceRow(line, in_contract_order(cells), local_key)

        return make


def read_header(
    cells: Sequence[str], columns: Mapping[str, str], local_key: str | None, line: int
) -> Layout:
    """Find the place of each field: by the local names or by the contract's, not by both.

    ``columns`` gives the local name of each contract column. Names are compared trimmed and
    in NFC, letter case aside. Columns at the end without a name are passed over. Raises
    ``SourceRefusedError`` with a finding for each column unknown, missing or there twice.
    """
    if len(cells) > _MAX_COLUMNS:
        sentence = f"la première ligne compte plus de {_MAX_COLUMNS} colonnes"
        raise refused(RuleCode.FICHIER_FORMAT, sentence, line=line)
    header = _without_nameless_end([_normal(cell) for cell in cells])
    names = _names_in_use(header, columns, local_key)
    found = [_column_called(cell, names) for cell in header]
    if findings := _faults(found, names, line):
        raise SourceRefusedError(findings, _sentence(findings, names))
    return Layout(
        width=len(cells),
        named=len(header),
        positions=tuple(found.index(column) for column in COLUMNS),
        local_key_position=found.index(local_key) if local_key else None,
        names=names,
        is_exact=set(header) == set(names.values()),
    )


def _normal(name: str) -> str:
    # Files joined or saved twice can carry a second byte order mark.
    bare = name.strip().lstrip("\ufeff").strip()
    return bare if len(bare) > _NORMALISED_CHARACTERS else unicodedata.normalize("NFC", bare)


def _without_nameless_end(header: list[str]) -> list[str]:
    named = max((place for place, name in enumerate(header, 1) if name), default=0)
    return header[:named]


def _names_in_use(
    header: Sequence[str], columns: Mapping[str, str], local_key: str | None
) -> dict[str, str]:
    """Choose between local and contract names: those of which the header has more."""
    key = {local_key: _normal(local_key)} if local_key else {}
    local = {column: _normal(columns.get(column, column)) for column in COLUMNS} | key
    contract = {column: column for column in COLUMNS} | key
    return max(
        (local, contract), key=lambda names: sum(bool(_column_called(c, names)) for c in header)
    )


def _column_called(cell: str, names: Mapping[str, str]) -> str:
    exact = (column for column, name in names.items() if name == cell)
    folded = (column for column, name in names.items() if name.casefold() == cell.casefold())
    return next(exact, "") or next(folded, "")


def _faults(found: Sequence[str], names: Mapping[str, str], line: int) -> tuple[Finding, ...]:
    unknown = [
        Finding(line, f"colonne {place}", RuleCode.FICHIER_COLONNE_INCONNUE)
        for place, column in enumerate(found, 1)
        if not column
    ]
    counts = Counter(found)
    missing = [
        Finding(line, column, RuleCode.FICHIER_COLONNE_MANQUANTE)
        for column in names
        if not counts[column]
    ]
    double = [
        Finding(line, column, RuleCode.FICHIER_COLONNE_DOUBLE)
        for column in names
        if counts[column] > 1
    ]
    return (*unknown, *missing, *double)


_FAULTS: Final = {
    RuleCode.FICHIER_COLONNE_INCONNUE: "inconnues",
    RuleCode.FICHIER_COLONNE_MANQUANTE: "manquantes",
    RuleCode.FICHIER_COLONNE_DOUBLE: "présentes deux fois",
}


def _sentence(findings: Sequence[Finding], names: Mapping[str, str]) -> str:
    parts = []
    for code, fault in _FAULTS.items():
        columns = [_shown(finding.column, names) for finding in findings if finding.code is code]
        if columns:
            parts.append(f"{fault} : {', '.join(columns)}")
    return f"les colonnes ne sont pas celles de la convention ({' ; '.join(parts)})"


def _shown(column: str, names: Mapping[str, str]) -> str:
    name = names.get(column, column)
    return column if name == column else f"{name} ({column})"
