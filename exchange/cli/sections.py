"""A group whose help lists its commands by who types them and when, not by the alphabet."""

from typing import Any

import click


class SectionedGroup(click.Group):
    """Commands in titled sections, each in the order in which it was given."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - whatever click's group takes
        """Make a group without a section."""
        super().__init__(*arguments, **options)
        self._sections: dict[str, tuple[click.Command, ...]] = {}

    def add_section(self, title: str, *commands: click.Command) -> None:
        """Add commands under a title."""
        for command in commands:
            self.add_command(command)
        self._sections[title] = commands

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        del ctx
        for title, commands in self._sections.items():
            with formatter.section(title):
                formatter.write_dl([(str(c.name), c.get_short_help_str()) for c in commands])
