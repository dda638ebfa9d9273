"""import, held list, held release."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from exchange.cli.output import (
    integer,
    moment,
    next_step,
    note,
    progress_bar,
    show,
    show_json,
    show_pairs,
    show_table,
)
from exchange.cli.session import agreement_of, agreement_option, json_option, opened, working_on
from exchange.errors import RefusedError
from exchange.intake.held import ReleaseReason, held_rows, release
from exchange.intake.load import LoadRequest, LoadResult
from exchange.intake.load_evidence import record_refused_source
from exchange.intake.loading import Loader
from exchange.intake.refused_source import SourceRefusedError
from exchange.intake.report import RefusalReport
from exchange.intake.source import open_source
from exchange.intake.source_removal import RemovableSource, examine_removable, remove_source
from exchange.wiring import Service


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@agreement_option
@click.option("--dry-run", is_flag=True, help="Tout juger, ne rien garder.")
@click.option(
    "--attest",
    is_flag=True,
    help="Déclarer que le fichier ne liste que des bénéficiaires (avenant, 3.4).",
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
    encoding: str | None,
    delimiter: str | None,
    report: Path | None,
    *,
    dry_run: bool,
    attest: bool,
    destroy_source: bool,
    as_json: bool,
) -> None:
    """Charger les bénéficiaires depuis un fichier CSV du système local.

    Chaque ligne est acceptée, refusée ou retenue, avec la raison ; jamais une valeur n'est
    montrée. Une personne déjà connue est mise à jour par la ligne entière. Au-delà du
    seuil de refus de la convention, rien n'est gardé.

    Exemples :

    \b
      spie-exchange import beneficiaires.csv --dry-run --report refus.csv
      spie-exchange import beneficiaires.csv --attest --report refus.csv
      spie-exchange import beneficiaires.csv --attest --destroy-source
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    removable = _removable(file, dry_run=dry_run) if destroy_source else None
    asked = _Asked(file, agreement_id, encoding, delimiter, dry_run, attest, as_json)
    with RefusalReport(report) as refusals:
        try:
            result = _import(asked, refusals)
        except SourceRefusedError as error:
            for finding in error.findings:
                refusals.add(finding)
            raise
        finally:
            refusals.finish()
            if as_json:
                refusals.write_json(sys.stdout)
        if not as_json:
            _show_result(result, refusals)
        _settle_source(asked, removable, result)
        if not as_json:
            _name_next_step(result, dry_run=dry_run)
    if result.above_threshold:
        raise RefusedError(
            f"{result.tally.refused_percent():.1f} % de lignes refusées : rien n'a été gardé",
            "corrigez le fichier à sa source d'après le rapport, puis recommencez ; le seuil est "
            "dans la convention (refusal_threshold_percent)",
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    file: Path
    agreement_id: str | None
    encoding: str | None
    delimiter: str | None
    dry_run: bool
    attest: bool
    as_json: bool


def _import(asked: _Asked, refusals: RefusalReport) -> LoadResult:
    with working_on(asked.agreement_id) as (service, agreement):
        try:
            source = open_source(
                asked.file,
                agreement.columns,
                agreement.local_key,
                encoding=asked.encoding,
                delimiter=asked.delimiter,
            )
        except SourceRefusedError as error:
            codes = [finding.code for finding in error.findings]
            with service.database.begin() as work:
                record_refused_source(work, agreement, codes, dry_run=asked.dry_run)
            raise
        if not asked.as_json:
            show(source.description.sentence)
        attested_by = service.actor.name if asked.attest else ""
        request = LoadRequest(agreement, source.rows(), asked.dry_run, attested_by)
        return _load(service, request, refusals)


def _load(service: Service, request: LoadRequest, refusals: RefusalReport) -> LoadResult:
    with progress_bar("lignes jugées", None) as progress:
        loader = Loader(service.database, service.keyring, service.clock, refusals.add, progress)
        return loader.load(request)


def _removable(file: Path, *, dry_run: bool) -> RemovableSource:
    if dry_run:
        raise RefusedError(
            "un essai à blanc ne charge rien : son fichier source n'est pas à retirer",
            "retirez --dry-run ou --destroy-source",
        )
    return examine_removable(file)


def _settle_source(asked: _Asked, source: RemovableSource | None, result: LoadResult) -> None:
    if source is None or result.merged is None:
        if not asked.as_json:
            _say_where_the_source_lies(asked.file)
        return
    with opened() as service:
        agreement = agreement_of(service, asked.agreement_id)
        remove_source(service.database, source, agreement.id, result.load_id)
    note(
        f"\nLe fichier source est retiré de son dossier : {source.path}\n"
        "Ses blocs ne sont pas écrasés : ils restent sur le support jusqu'à leur réemploi, et dans "
        "ses sauvegardes et instantanés. Les lignes refusées se corrigent dans le système local."
    )


def _show_result(result: LoadResult, refusals: RefusalReport) -> None:
    tally, merged = result.tally, result.merged
    pairs: dict[str, object] = {
        "lignes lues": integer(tally.read),
        "refusées": integer(tally.refused),
    }
    if merged is not None:
        pairs |= {
            "nouvelles personnes": integer(merged.created),
            "mises à jour": integer(merged.updated),
            "inchangées": integer(merged.unchanged),
            "retenues": integer(merged.held),
        }
    show_pairs(pairs)
    _show_findings(refusals)


def _show_findings(refusals: RefusalReport) -> None:
    if not refusals.counts:
        return
    rows = [(code.value, count, code.message) for code, count in sorted(refusals.counts.items())]
    show_table(("code", "fois", "ce que cela veut dire"), rows)
    first = [
        (f.line or "fichier", f.column, f.code.value, f.code.hint) for f in refusals.first_findings
    ]
    total = sum(refusals.counts.values())
    show_table(
        ("ligne", "colonne", "code", "conseil"), first, f"les {len(first)} premières de {total}"
    )


def _say_where_the_source_lies(file: Path) -> None:
    note(
        f"\nLe fichier source est toujours là, en clair : {file.absolute()}\n"
        "Effacez-le dès qu'il ne sert plus ; ce service n'en garde pas de copie."
    )


def _name_next_step(result: LoadResult, *, dry_run: bool) -> None:
    if result.above_threshold:
        return
    if dry_run:
        next_step("la même commande avec --attest, sans --dry-run")
    elif result.merged is not None and result.merged.held:
        next_step("spie-exchange held list, puis spie-exchange deadline ready ÉCHÉANCE")
    elif result.merged is not None:
        next_step("spie-exchange deadline ready ÉCHÉANCE, quand toutes les données y sont")


@click.group("held")
def held_group() -> None:
    """Les lignes retenues, qui attendent une décision."""


@held_group.command("list")
@agreement_option
@json_option
def held_list_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Lister les lignes retenues : fichier, ligne, raison ; aucune valeur."""
    with opened() as service:
        rows = held_rows(service.database, agreement_of(service, agreement_id))
    if as_json:
        show_json([{"load": row.load_id, "line": row.line, "code": row.code} for row in rows])
        return
    shown = [(row.load_id[:8], moment(row.loaded_at), str(row.line), row.code) for row in rows]
    show_table(("chargement", "du", "ligne", "raison"), shown)
    next_step("spie-exchange held release LIGNE --reason MOTIF")


@held_group.command("release")
@click.argument("line", type=int)
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in ReleaseReason]),
    required=True,
    help="Le motif, gardé dans le journal.",
)
@click.option("--load", "load_prefix", default="", help="Le chargement, si ce n'est le dernier.")
@agreement_option
def held_release_command(
    line: int, reason: str, load_prefix: str, agreement_id: str | None
) -> None:
    """Accepter une ligne retenue du dernier chargement, ou de celui que --load désigne."""
    with working_on(agreement_id) as (service, agreement):
        row = release(
            service.database,
            agreement,
            line,
            load_prefix=load_prefix,
            reason=ReleaseReason(reason),
            keyring=service.keyring,
            clock=service.clock,
        )
    show(f"Ligne {row.line} ({row.code}) acceptée, motif : {reason}.")
    next_step("spie-exchange held list")
