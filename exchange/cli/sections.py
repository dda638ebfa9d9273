"""A group whose help lists its commands by who types them and when, not by the alphabet."""

from importlib.metadata import entry_points
from typing import Any

import click

from exchange.cli.french_help import speak_french
from exchange.cli.typed_words import require_text


class SectionedGroup(click.Group):
    """Commands in titled sections, each in the order in which it was given.

    A section can hold the commands of an entry-point group too: packages that nothing here
    imports add them, and each is loaded only when it is typed, or listed.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - whatever click's group takes
        """Make a group without a section."""
        super().__init__(*arguments, **options)
        self._sections: dict[str, list[str]] = {}
        self._contributed: dict[str, str] = {}

    def add_section(self, title: str, *commands: click.Command) -> None:
        """Add commands under a title."""
        for command in commands:
            self.add_command(command)
        self._sections[title] = [str(command.name) for command in commands]

    def add_contributed_section(self, title: str, group: str) -> None:
        """Add, under a title, the commands of an entry-point group."""
        self._sections[title] = []
        self._contributed[title] = group

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, loading a contributed one."""
        if cmd_name not in self.commands:
            self._load_contributed(cmd_name)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in their order, the contributed ones in their section."""
        del ctx
        return [name for names in self._names().values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        for title, names in self._names().items():
            commands = [self.get_command(ctx, name) for name in names]
            with formatter.section(title):
                formatter.write_dl(
                    [(str(c.name), c.get_short_help_str()) for c in commands if c is not None]
                )

    def _names(self) -> dict[str, list[str]]:
        contributed = {
            title: sorted(entry_points(group=group).names)
            for title, group in self._contributed.items()
        }
        return self._sections | contributed

    def _load_contributed(self, name: str) -> None:
        for group in self._contributed.values():
            for entry in entry_points(group=group, name=name):
                command = entry.load()
                speak_french(command)
                require_text(command)
                self.add_command(command, name)
