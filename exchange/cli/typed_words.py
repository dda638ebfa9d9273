"""Words of a command line that are text; a file's name may be any bytes, and stays a path."""

from collections.abc import Iterator

import click


class Word(click.ParamType[str]):
    """A word in UTF-8: neither the database nor the evidence takes another."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the word as it is. Fails on bytes that are no text."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("not UTF-8", param, ctx)
        return value


def require_text(root: click.Command) -> None:
    """Let a command and all below it refuse words that are no text."""
    for command in with_all_below(root):
        for parameter in command.params:
            if isinstance(parameter.type, click.types.StringParamType):
                parameter.type = Word()


def with_all_below(command: click.Command) -> Iterator[click.Command]:
    """Give a command, and every one below it."""
    yield command
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from with_all_below(child)
