"""What the last comparison of files and register found, kept for those who are told."""

import json
from collections.abc import Iterable

from exchange.diagnosis.findings import Finding, Verdict
from exchange.storage.home_state import LAST_SWEEP, HomeStateTable


def keep_sweep(state: HomeStateTable, found: Iterable[Finding]) -> None:
    """Keep what was found in place of what was found before."""
    documents = [
        {
            "check": finding.check,
            "verdict": finding.verdict,
            "sentence": finding.sentence,
            "way_out": finding.way_out,
            "subject": finding.subject,
        }
        for finding in found
    ]
    state.put(LAST_SWEEP, json.dumps(documents, ensure_ascii=False))


def last_sweep(state: HomeStateTable) -> tuple[Finding, ...]:
    """Give what was found the last time; nothing when nobody has looked yet."""
    documents = json.loads(state.get(LAST_SWEEP) or "[]")
    return tuple(Finding(**{**kept, "verdict": Verdict(kept["verdict"])}) for kept in documents)
