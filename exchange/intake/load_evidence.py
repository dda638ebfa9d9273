"""The evidence of a load: a leaf when it begins, one when it ends; never one a row."""

from collections.abc import Iterable

from exchange.audit.events import EventKind, Outcome
from exchange.intake.load import LoadRequest, LoadResult
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
    result: LoadResult | None = None,
) -> None:
    """Leave a leaf of a load: of its beginning, or of its end with counts."""
    work.evidence.record(
        kind,
        outcome,
        subject=request.agreement.id,
        why=why,
        load=load_id,
        mode=request.mode,
        dry_run=request.dry_run,
        attested=bool(request.attested_by),
        **({} if result is None else _counts(result)),
    )


def _counts(result: LoadResult) -> dict[str, int | list[str]]:
    tally, merged = result.tally, result.merged
    return {
        "read": tally.read,
        "refused": tally.refused,
        "created": merged.created,
        "updated": merged.updated,
        "unchanged": merged.unchanged,
        "held": merged.held,
        "objecting": merged.objecting,
        "absent": merged.absent,
        "superseded": merged.superseded,
        "codes": [f"{code}={count}" for code, count in sorted(tally.codes.items())],
    }
