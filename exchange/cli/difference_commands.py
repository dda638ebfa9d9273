"""agreement diff: what a file changes, for the person who approves it."""

from pathlib import Path

import click

from exchange.cli.agreement_commands import checked
from exchange.cli.given_files import read_document
from exchange.cli.output import counted, next_step, show, show_json
from exchange.cli.session import json_option, opened
from exchange.transfers.agreement_changes import consequences
from schemas.agreement import (
    Agreement,
    Change,
    Problem,
    changes_between,
    compare_with_loaded,
    read_agreement,
)

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("file", type=_EXISTING)
@click.option(
    "--beside",
    type=_EXISTING,
    help="L'autre fichier, chez qui n'a pas de dossier de travail ; sinon la version en vigueur.",
)
@json_option
def agreement_diff_command(file: Path, beside: Path | None, *, as_json: bool) -> None:
    """Voir ce qu'un fichier de convention change, une ligne par changement.

    Ce qui fait partir davantage, à d'autres, plus longtemps, ou sur la parole d'un autre
    est marqué « ! ». Puis ce que cela entraîne, et ce qui serait refusé au chargement.
    """
    new = checked(file, read_document(file), read_agreement)
    entailed: tuple[str, ...] = ()
    if beside is not None:
        former: Agreement | None = checked(beside, read_document(beside), read_agreement)
        changes = changes_between(former, new)
    else:
        with opened() as service, service.database.read() as work:
            stored = work.agreements.latest(new.id)
            former = stored.agreement if stored else None
            changes = changes_between(former, new)
            entailed = consequences(work, new, changes)
    is_same = former is not None and former.digest == new.digest
    refused = compare_with_loaded(new, former) if former and not is_same else ()
    if as_json:
        show_json(_document(former, new, changes, entailed, refused))
        return
    _show(former, new, changes, entailed, refused)
    if is_same and beside is None:
        next_step("rien n'est à faire, ce fichier est en vigueur : spie-exchange agreement show")
    elif refused:
        next_step("corrigez ce qui serait refusé, puis recommencez, avant de faire approuver")
    else:
        next_step(f"spie-exchange agreement approve {file} …, puis agreement load")


def _show(
    former: Agreement | None,
    new: Agreement,
    changes: tuple[Change, ...],
    entailed: tuple[str, ...],
    refused: tuple[Problem, ...],
) -> None:
    beside = f"à côté de la version {former.version}" if former else "aucune n'est en vigueur"
    show(f"Convention {new.id}, version {new.version} ({beside}) — SHA-256 {new.digest}")
    if not changes:
        show("Rien ne change.")
    for change in changes:
        show(f"  {'!' if change.is_dangerous else ' '} {change.sentence}")
    dangers = sum(change.is_dangerous for change in changes)
    if dangers:
        show(f"{counted(dangers, 'changement')} à peser avant d'approuver (« ! »).")
    for title, sentences in (
        ("Ce que cela entraîne :", entailed),
        ("Refusé au chargement :", [f"{p.path} : {p.sentence}" for p in refused]),
    ):
        if sentences:
            show(title)
        for sentence in sentences:
            show(f"  {sentence}")


def _document(
    former: Agreement | None,
    new: Agreement,
    changes: tuple[Change, ...],
    entailed: tuple[str, ...],
    refused: tuple[Problem, ...],
) -> dict[str, object]:
    return {
        "agreement": new.id,
        "version": new.version,
        "digest": new.digest,
        "beside": former.version if former else None,
        "changes": [
            {
                "table": change.table,
                "entry": change.entry,
                "key": change.key,
                "before": change.before,
                "after": change.after,
                "dangerous": change.is_dangerous,
            }
            for change in changes
        ],
        "entailed": list(entailed),
        "refused": [{"path": problem.path, "why": problem.sentence} for problem in refused],
    }
