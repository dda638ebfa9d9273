"""The evidence of a load: a leaf when it begins, one when it ends; never one a row."""

from collections.abc import Iterable

from exchange.audit.events import EventKind, Outcome
from exchange.intake.load import LoadRequest, Tally
from exchange.intake.staging import Merged
from exchange.transactions import Evidenced
from schemas.agreement import Agreement
from schemas.annex_e import RuleCode


def record_refused_source(
    work: Evidenced, agreement: Agreement, codes: Iterable[RuleCode], *, dry_run: bool
) -> None:
    """Leave the evidence that a file was refused before any of its rows was judged."""
    work.evidence.record(
        EventKind.IMPORT_REFUSED,
        Outcome.REFUSED,
        subject=agreement.id,
        dry_run=dry_run,
        codes=sorted({str(code) for code in codes}),
    )


def record_load(
    work: Evidenced,
    kind: EventKind,
    outcome: Outcome,
    request: LoadRequest,
    load_id: str,
    *,
    why: str = "",
    tally: Tally | None = None,
    merged: Merged | None = None,
) -> None:
    """Leave a leaf of a load: of its beginning, or of its end with counts."""
    work.evidence.record(
        kind,
        outcome,
        subject=request.agreement.id,
        why=why,
        load=load_id,
        dry_run=request.dry_run,
        attested=bool(request.attested_by),
        **({} if tally is None else _counts(tally, merged)),
    )


def _counts(tally: Tally, merged: Merged | None) -> dict[str, int | list[str]]:
    merged = merged or Merged(0, 0, 0, 0)
    return {
        "read": tally.read,
        "refused": tally.refused,
        "created": merged.created,
        "updated": merged.updated,
        "unchanged": merged.unchanged,
        "held": merged.held,
        "codes": [f"{code}={count}" for code, count in sorted(tally.codes.items())],
    }
