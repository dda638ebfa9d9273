"""Loading what was received: at once where it is small, step by step as the command does else."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from flask import request

from exchange.errors import RetryLaterError
from exchange.intake.ending import Work
from exchange.intake.importing import Importer, ImportRequest
from exchange.intake.load import LoadResult
from exchange.intake.report import RefusalReport
from exchange.intake.source_file import ReceivedFile
from exchange.intake.source_kind import SourceKind
from exchange.intake.verdict import Verdict
from exchange.transactions import Store
from exchange.web.callers.access import acting_service
from keys.waiting_file import WaitingFile
from schemas.agreement import Agreement
from schemas.annex_e import Finding

_SMALL_BYTES: Final = 1 << 18
"""A thousand people. Nobody else writes on a file of SQLite while they are judged."""


def require_loadable(agreement: Agreement, asked: Mapping[str, Any]) -> None:
    """Raise ``RefusedError`` before a file is received that could not be loaded."""
    _importer(acting_service().database, agreement, lambda _: None).admit(_how(asked))


def load_received(
    agreement_id: str,
    waiting: WaitingFile,
    asked: Mapping[str, Any],
    verdict: Verdict,
    refusals: RefusalReport,
) -> LoadResult:
    """Load a file that was received; ``refusals`` gets every finding, ``verdict`` the result.

    Raises ``TakenClaimError`` while somebody works on the agreement, and what ``Importer`` does.
    """
    if waiting.size_bytes <= _SMALL_BYTES:
        # What stops it has left nothing; done again step by step, it leaves its evidence.
        with suppress(_NotAtOnceError):
            verdict.result, found = _load_at_once(agreement_id, waiting, asked)
            for finding in found:
                refusals.add(finding)
            return verdict.result
    service = acting_service()
    with service.working_on(agreement_id, patiently=False) as (claiming, agreement):
        verdict.result = _load(claiming.database, agreement, waiting, asked, refusals.add)
        return verdict.result


class _NotAtOnceError(Exception):
    """It does not go well to its end in one transaction."""


def _load_at_once(
    agreement_id: str, waiting: WaitingFile, asked: Mapping[str, Any]
) -> tuple[LoadResult, Sequence[Finding]]:
    found: list[Finding] = []
    try:
        with acting_service().at_once(agreement_id) as (store, agreement):
            return _load(store, agreement, waiting, asked, found.append), found
    except RetryLaterError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it comes again where it is accounted for
        raise _NotAtOnceError from None


def _load(
    store: Store[Work],
    agreement: Agreement,
    waiting: WaitingFile,
    asked: Mapping[str, Any],
    report: Callable[[Finding], None],
) -> LoadResult:
    importer, how = _importer(store, agreement, report), _how(asked)
    return importer.load(importer.examine(ReceivedFile(waiting), how), how, lambda _: None)


def _importer(
    store: Store[Work], agreement: Agreement, report: Callable[[Finding], None]
) -> Importer:
    service = acting_service()
    return Importer(store, service.keyring, service.clock, agreement, report)


def _how(asked: Mapping[str, Any]) -> ImportRequest:
    return ImportRequest(
        mode=asked["mode"],
        encoding=asked["encoding"],
        delimiter=asked["delimiter"],
        dry_run=asked["dry_run"],
        attested_by=acting_service().actor.name if asked["attest"] else "",
        kind=SourceKind.of_media_type(request.mimetype),
    )
