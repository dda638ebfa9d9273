"""A command that was not written as it should be: what click says in English, said in French.

What was typed is not repeated: it may be a file's name that holds terminal escapes.
"""

import click
from click.exceptions import NoSuchCommand

from exchange.cli.typed_words import Word


def usage_sentence(error: click.ClickException) -> str:
    """Say what is wrong with a command line, in one French sentence."""
    match error:
        case click.MissingParameter():
            return f"il manque {_name(error)}"
        case click.BadParameter():
            return f"la valeur de {_name(error)} n'est pas admise : {_expected(error.param)}"
        case click.NoSuchOption():
            return "une option donnée n'existe pas"
        case NoSuchCommand():
            return "cette commande n'existe pas"
        case click.BadOptionUsage():
            return f"l'option {error.option_name} s'écrit autrement, avec ou sans valeur"
        case _:
            return "cette commande ne s'écrit pas ainsi"


def usage_hint(error: click.ClickException) -> str:
    """Say where to read how the command is written."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"voyez : {context.command_path if context else 'spie-exchange'} --help"


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if isinstance(parameter, click.Option):
        return f"l'option {parameter.opts[0]}"
    return f"l'argument {parameter.human_readable_name}" if parameter else "une valeur"


def _expected(parameter: click.Parameter | None) -> str:
    match parameter.type if parameter else None:
        case click.Choice(choices=choices):
            return f"choisissez parmi {', '.join(map(str, choices))}"
        case click.Path():
            return "ce chemin n'existe pas, n'est pas un fichier, ou ne peut pas être lu"
        case click.DateTime():
            return "une date s'écrit AAAA-MM-JJ"
        case Word():
            return "un texte en UTF-8 est attendu"
        case click.IntRange(min=lowest, max=highest):
            end = "" if highest is None else f" et jusqu'à {highest}"
            return f"un nombre entier est attendu, à partir de {lowest}{end}"
        case _:
            return "un nombre entier est attendu"
