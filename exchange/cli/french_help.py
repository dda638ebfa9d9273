"""The few words that click itself puts into a page of help, in French."""

from collections.abc import Iterable, Mapping
from typing import Final

import click

from exchange.cli.typed_words import with_all_below

_HEADINGS: Final = {"Commands": "Commandes"}
_WHOLE_SENTENCE: Final = 200
_VALUES: Final = {
    "INTEGER RANGE": "NOMBRE",
    "INTEGER": "NOMBRE",
    "TEXT": "TEXTE",
    "PATH": "CHEMIN",
    "FILE": "FICHIER",
    "[%Y-%m-%d]": "AAAA-MM-JJ",
}
_WORDS: Final = {
    "Show this message and exit.": "Afficher cette aide.",
    "Show the version and exit.": "Afficher la version.",
    "[required]": "[obligatoire]",
    "[default: ": "[par défaut : ",
}


class FrenchFormatter(click.HelpFormatter):
    """Writes click's headings and its own remarks in French."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is typed."""
        typed = args.replace("COMMAND [ARGS]...", "COMMANDE …")
        super().write_usage(prog, typed, prefix or "Usage : ")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)} :\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write options or commands, and what each is for."""
        said = [(_said(name, _VALUES), _said(text, _WORDS)) for name, text in rows]
        super().write_dl(said, col_max, col_spacing)


class FrenchContext(click.Context):
    """A context whose help is written in French."""

    formatter_class = FrenchFormatter


def speak_french(root: click.Command) -> None:
    """Let a command and all below it write their help in French.

    In lists, the first sentence of a command stands whole; click would cut it at one line.
    """
    for command in with_all_below(root):
        command.context_class = FrenchContext
        command.short_help = command.get_short_help_str(_WHOLE_SENTENCE)


def _said(text: str, words: Mapping[str, str]) -> str:
    for english, french in words.items():
        text = text.replace(english, french)
    return text
