"""Write docs/rule-codes.md from the code table: `python -m` this module, output to that file."""

import sys

from schemas.annex_e import Level, RuleCode

_HEAD = """\
# Codes des règles

Page produite à partir de `schemas/annex_e/codes.py` ; un test compare les deux.

Un rapport donne la ligne (l'en-tête du fichier est la ligne 1), la colonne, le niveau, le code,
le message et le conseil ; jamais la valeur. Une cellule peut avoir plusieurs défauts : tous sont
signalés. Les codes sont stables.
"""
_EFFECTS = {
    Level.FILE_REFUSED: "Rien n'est enregistré.",
    Level.ROW_REFUSED: "La ligne n'est pas enregistrée ; les autres le sont.",
    Level.ROW_HELD: "La ligne est enregistrée, mais ne part qu'une fois réglée.",
    Level.WARNING: "La ligne est enregistrée et sera envoyée.",
}


def rule_codes_page() -> str:
    """Give the page, in Markdown."""
    return "\n".join([_HEAD, *(_section(level) for level in Level)])


def _section(level: Level) -> str:
    rows = [
        f"| `{code}` | {code.message} | {code.hint} |" for code in RuleCode if code.level is level
    ]
    head = [f"## {str(level).capitalize()}", "", _EFFECTS[level], ""]
    return "\n".join([*head, "| Code | Message | Conseil |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(rule_codes_page())
