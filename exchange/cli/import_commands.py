"""import."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from exchange.cli.import_result import name_next_step, say_where_the_source_lies, show_result
from exchange.cli.output import note, one_line, progress_bar, show
from exchange.cli.session import agreement_of, agreement_option, json_option, opened, working_on
from exchange.errors import RefusedError
from exchange.intake.importing import Importer, ImportRequest
from exchange.intake.load import LoadResult
from exchange.intake.modes import ImportMode
from exchange.intake.report import RefusalReport
from exchange.intake.source_file import FileOnDisk
from exchange.intake.source_removal import RemovableSource, examine_removable, remove_source
from exchange.intake.verdict import Verdict, stopped


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@agreement_option
@click.option("--dry-run", is_flag=True, help="Tout juger, ne rien garder.")
@click.option(
    "--attest",
    is_flag=True,
    help="Déclarer que le fichier ne liste que des bénéficiaires (avenant, 3.4).",
)
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in ImportMode]),
    help="Ce que liste le fichier : un ajout, ou tout le monde. Par défaut : la convention.",
)
@click.option("--encoding", help="utf-8, windows-1252 ou iso-8859-15, si la détection se trompe.")
@click.option("--delimiter", help="; ou , ou tab, si la détection se trompe.")
@click.option("--report", type=click.Path(path_type=Path), help="Rapport des refus, en CSV.")
@click.option(
    "--destroy-source",
    is_flag=True,
    help="Retirer le fichier source une fois chargé, s'il l'est.",
)
@json_option
def import_command(
    file: Path,
    agreement_id: str | None,
    mode: str | None,
    encoding: str | None,
    delimiter: str | None,
    report: Path | None,
    *,
    dry_run: bool,
    attest: bool,
    destroy_source: bool,
    as_json: bool,
) -> None:
    """Charger les bénéficiaires depuis un export du système local, en CSV ou en JSON.

    En JSON : un objet par ligne (NDJSON), ou un seul tableau ; chaque objet a toutes les
    colonnes, par leur nom, et des chaînes pour valeurs. Le fichier est reconnu à son contenu.

    Chaque ligne est acceptée, refusée ou retenue, avec la raison ; jamais une valeur n'est
    montrée. Une personne déjà connue est mise à jour par la ligne entière. Au-delà du
    seuil de refus de la convention, rien n'est gardé.

    Avec --mode liste-complete, le fichier liste tout le monde : les personnes connues qui n'y
    sont plus quittent les prochains envois, et y reviennent quand un fichier les nomme à
    nouveau. Au-delà de max_absent personnes, rien n'est gardé. L'essai à blanc compte les
    personnes, sans dire ligne par ligne qui est déjà connu.

    Exemples :

    \b
      spie-exchange import beneficiaires.csv --dry-run --report refus.csv
      spie-exchange import beneficiaires.csv --attest --report refus.csv
      spie-exchange import beneficiaires.csv --attest --destroy-source
      spie-exchange import beneficiaires.ndjson --attest
      spie-exchange import beneficiaires.csv --mode liste-complete --dry-run
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    removable = _removable(file, dry_run=dry_run) if destroy_source else None
    asked = _Asked(file, agreement_id, mode, encoding, delimiter, dry_run, attest, as_json)
    with RefusalReport(report) as refusals, _answered(asked, refusals) as verdict:
        result = verdict.result = _reported(asked, refusals)
        if not as_json:
            show_result(result, refusals)
        verdict.source_destroyed = _settle_source(asked, removable, result)
        if not as_json:
            name_next_step(result, dry_run=dry_run)
    if result.stop is not None:
        raise stopped(result, result.stop)


@dataclass(frozen=True, slots=True)
class _Asked:
    file: Path
    agreement_id: str | None
    mode: str | None
    encoding: str | None
    delimiter: str | None
    dry_run: bool
    attest: bool
    as_json: bool


@contextmanager
def _answered(asked: _Asked, refusals: RefusalReport) -> Iterator[Verdict]:
    """Give what the answer in JSON is gathered in; it is written once, when all is over."""
    verdict = Verdict()
    try:
        yield verdict
    finally:
        if asked.as_json:
            verdict.write(refusals, sys.stdout)


def _reported(asked: _Asked, refusals: RefusalReport) -> LoadResult:
    """Load the file; whatever comes of it, the report says it."""
    try:
        return _import(asked, refusals)
    finally:
        refusals.finish()


def _import(asked: _Asked, refusals: RefusalReport) -> LoadResult:
    with working_on(asked.agreement_id) as (service, agreement):
        importer = Importer(
            service.database, service.keyring, service.clock, agreement, refusals.add
        )
        request = ImportRequest(
            mode=ImportMode(asked.mode) if asked.mode else None,
            encoding=asked.encoding,
            delimiter=asked.delimiter,
            dry_run=asked.dry_run,
            attested_by=service.actor.name if asked.attest else "",
        )
        source = importer.examine(FileOnDisk(asked.file), request)
        if not asked.as_json:
            show(source.description.sentence)
        with progress_bar("lignes jugées", None) as progress:
            return importer.load(source, request, progress)


def _removable(file: Path, *, dry_run: bool) -> RemovableSource:
    if dry_run:
        raise RefusedError(
            "un essai à blanc ne charge rien : son fichier source n'est pas à retirer",
            "retirez --dry-run ou --destroy-source",
        )
    return examine_removable(file)


def _settle_source(asked: _Asked, source: RemovableSource | None, result: LoadResult) -> bool:
    """Remove the source file if that was asked for and is due; tell whether it is gone."""
    if source is None or not result.is_kept:
        if not asked.as_json:
            say_where_the_source_lies(asked.file)
        return False
    with opened() as service:
        agreement = agreement_of(service, asked.agreement_id)
        remove_source(service.database, source, agreement.id, result.load_id)
    note(
        f"\nLe fichier source est retiré de son dossier : {one_line(str(source.path))}\n"
        "Ses blocs ne sont pas écrasés : ils restent sur le support jusqu'à leur réemploi, et dans "
        "ses sauvegardes et instantanés. Les lignes refusées se corrigent dans le système local."
    )
    return True
