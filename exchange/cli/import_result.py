"""What an import did, for people."""

from pathlib import Path

from exchange.cli.output import integer, next_step, note, one_line, show_pairs, show_table
from exchange.intake.load import LoadResult
from exchange.intake.modes import ImportMode
from exchange.intake.report import RefusalReport


def show_result(result: LoadResult, refusals: RefusalReport) -> None:
    """Show the counts of a load, then its first findings."""
    tally, merged = result.tally, result.merged
    pairs: dict[str, object] = {
        "mode": result.mode.value,
        "lignes lues": integer(tally.read),
        "refusées": integer(tally.refused),
        "nouvelles personnes": integer(merged.created),
        "mises à jour": integer(merged.updated),
        "inchangées": integer(merged.unchanged),
        "lignes retenues": integer(merged.held),
        "lignes écartées (opposition)": integer(merged.objecting),
    }
    if merged.superseded:
        pairs["lignes en attente, remplacées"] = integer(merged.superseded)
    if result.mode is ImportMode.COMPLETE_LIST:
        pairs["absentes de ce fichier"] = integer(merged.absent)
        if merged.absent and tally.unreadable:
            pairs["lignes refusées, peut-être des absents"] = integer(tally.unreadable)
    show_pairs(pairs)
    _show_findings(refusals)


def say_where_the_source_lies(file: Path) -> None:
    """Remind the operator of the clear text that stays."""
    note(
        f"\nLe fichier source est toujours là, en clair : {one_line(str(file.absolute()))}\n"
        "Effacez-le dès qu'il ne sert plus ; ce service n'en garde pas de copie."
    )


def name_next_step(result: LoadResult, *, dry_run: bool) -> None:
    """Name what comes after a load."""
    if result.stop is not None:
        return
    if dry_run:
        next_step("la même commande avec --attest, sans --dry-run")
    elif result.merged.held:
        next_step("spie-exchange held list, puis spie-exchange deadline ready ÉCHÉANCE")
    else:
        next_step("spie-exchange deadline ready ÉCHÉANCE, quand toutes les données y sont")


def _show_findings(refusals: RefusalReport) -> None:
    if not refusals.counts:
        return
    rows = [(code.value, count, code.message) for code, count in sorted(refusals.counts.items())]
    show_table(("code", "fois", "ce que cela veut dire"), rows)
    first = [
        (f.line or "fichier", f.column, f.code.value, f.code.hint) for f in refusals.first_findings
    ]
    total = sum(refusals.counts.values())
    title = f"les {len(first)} premières de {total}" if len(first) < total else ""
    show_table(("ligne", "colonne", "code", "conseil"), first, title)
