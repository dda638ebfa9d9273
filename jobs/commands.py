"""scheduler."""

from datetime import timedelta
from functools import partial

import click

from exchange.cli.output import complain, counted, moment, next_step, note, show, show_json
from exchange.cli.session import json_option
from exchange.clock import WallClock
from exchange.error_sentences import sentences_of
from exchange.home import read_home
from exchange.settings import Settings, process_settings
from jobs.tick import tick
from jobs.ticking import tick_until_stopped


@click.command("scheduler")
@click.option("--once", is_flag=True, help="Un seul passage, puis fin : pour cron.")
@click.option(
    "--every",
    "seconds",
    type=click.IntRange(1, 3600),
    default=60,
    show_default=True,
    metavar="SECONDES",
    help="Temps entre deux passages.",
)
@json_option
def scheduler_command(seconds: int, *, once: bool, as_json: bool) -> None:
    """Tenir les dates sans personne : envois, destructions, vérifications, messages.

    À chaque passage, ce qui est dû se calcule d'après la convention et le registre, et se
    fait une seule fois, quel que soit le nombre de processus lancés, sur une machine ou
    plusieurs. Un arrêt, même brutal, ne fait rien oublier : le passage suivant reprend.

    Un envoi part à partir de son premier jour (send_from), quand un opérateur a déclaré les
    données prêtes ; sinon la convention décide (if_undeclared). Sans --once, la commande
    tourne jusqu'à ce qu'on l'arrête (Ctrl-C, ou SIGTERM).

    Codes de sortie : 0, tout ce qui était à faire est fait ; 1, un travail n'a pas abouti
    et sera retenté. Le dossier de travail ne s'ouvre pas : 4, données et preuves en
    désaccord ; 75, cela passera peut-être seul ; 78, la configuration est à reprendre ;
    1, le reste (clé maîtresse, trousseau). Les personnes désignées en sont averties.
    """
    settings = process_settings()
    if once:
        _tick_once(settings, as_json=as_json)
        return
    # What nothing but a hand can mend is said at once; a base that is away is waited for.
    read_home(settings.required_home())
    note(f"{counted(seconds, 'seconde')} entre deux passages ; Ctrl-C pour arrêter.")
    tick_until_stopped(partial(_tick_unwatched, settings), timedelta(seconds=seconds))
    next_step("relancez-le : spie-exchange scheduler ; tant qu'il est arrêté, rien ne part")


def _tick_once(settings: Settings, *, as_json: bool) -> None:
    done: list[str] = []
    ended_well = tick(settings, done.append)
    if as_json:
        show_json({"done": done, "ended_well": ended_well})
    else:
        for sentence in done or ["rien n'était à faire"]:
            show(sentence)
    if not ended_well:
        note("Un travail n'a pas abouti ; il sera retenté au prochain passage.")
    next_step("spie-exchange status")
    if not ended_well:
        raise click.exceptions.Exit(1)


def _tick_unwatched(settings: Settings) -> None:
    try:
        tick(settings, _say_when)
    except Exception as error:  # noqa: BLE001 - nobody watches: the next tick must still come
        said = sentences_of(error)
        complain(said.what, said.way_out)


def _say_when(sentence: str) -> None:
    show(f"{moment(WallClock().now())}  {sentence}")
