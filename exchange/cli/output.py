"""What people see: results on standard output, everything else on standard error, in French."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from exchange.french_numbers import counted, integer
from exchange.instants import PARIS

__all__ = [
    "complain",
    "counted",
    "day",
    "integer",
    "moment",
    "next_step",
    "note",
    "one_line",
    "printable",
    "progress_bar",
    "progress_bars",
    "show",
    "show_json",
    "show_pairs",
    "show_table",
]

_WIDTH_WHEN_PIPED = 120
# C0 but the end of a line, DEL, C1, and what reorders a line (Unicode TR 9).
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def show(text: str = "") -> None:
    """Print a result."""
    click.echo(printable(text))


def show_json(document: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """Print a result for a machine."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=str))


def show_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """Print rows as a table; numbers to the right."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=_WIDTH_WHEN_PIPED)
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(integer(cell) if isinstance(cell, int) else str(cell) for cell in row))
    console.print(table)


def show_pairs(pairs: Mapping[str, object]) -> None:
    """Print names and values, aligned."""
    width = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        click.echo(printable(f"  {name.ljust(width)}  {value}"))


def note(text: str) -> None:
    """Say something beside the result."""
    click.echo(printable(text), err=True)


def next_step(text: str) -> None:
    """Name what comes next: every command ends with it."""
    click.echo(f"\nensuite : {one_line(text)}", err=True)


def complain(message: str, hint: str) -> None:
    """Say what went wrong and the way out."""
    click.secho(f"erreur : {one_line(message)}", err=True, fg="red")
    if hint:
        click.echo(f"conseil : {one_line(hint)}", err=True)


def one_line(text: str) -> str:
    """Write out line ends too: a file's name could add a sentence to ours."""
    return printable(text).replace("\n", "\\n")


def printable(text: str) -> str:
    """Write out what a terminal would obey or cannot show: a file's name may hold anything."""
    escaped = _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)
    return escaped.encode("utf-8", "backslashreplace").decode("utf-8")


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int | None], Callable[[int], None]]]:
    """Show how far long work is, on a terminal only.

    Yields what begins a bar (label, total) and gives what is to be told how much is done.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bars:

        def begin(label: str, total: int | None) -> Callable[[int], None]:
            task = bars.add_task(label, total=total)
            return lambda done: bars.update(task, completed=done)

        yield begin


@contextmanager
def progress_bar(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show one bar; yields what is to be told how much is done."""
    with progress_bars() as begin:
        yield begin(label, total)


def day(value: date) -> str:
    """Write a day as people do: 31/01/2023."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime | None) -> str:
    """Write an instant in the time of Paris: 31/01/2023 10:00."""
    return "–" if value is None else f"{value.astimezone(PARIS):%d/%m/%Y %H:%M}"
