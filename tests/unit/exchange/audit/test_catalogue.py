import os
from pathlib import Path

from exchange.audit.catalogue import CATALOGUE, EventKind
from exchange.audit.catalogue_page import catalogue_markdown

_DOCUMENT = Path(__file__).parents[4] / "docs/audit-events.md"


def test_every_kind_is_in_the_catalogue() -> None:
    assert set(CATALOGUE) == set(EventKind)


def test_every_kind_is_described_by_one_french_sentence() -> None:
    for entry in CATALOGUE.values():
        assert entry.description.endswith(".")
        assert "\n" not in entry.description
        assert "|" not in entry.description


def test_no_detail_is_both_required_and_optional() -> None:
    for entry in CATALOGUE.values():
        assert not entry.required.keys() & entry.optional.keys()


def test_no_detail_takes_a_name_that_recording_uses_itself() -> None:
    for entry in CATALOGUE.values():
        names = entry.required.keys() | entry.optional.keys()
        assert not names & {"self", "kind", "outcome", "subject", "why"}


def test_the_document_is_the_one_generated_from_the_catalogue() -> None:
    """Regenerate it with ``SPIE_EXCHANGE_REGENERATE=1 pytest tests/unit/exchange/audit``."""
    if "SPIE_EXCHANGE_REGENERATE" in os.environ:
        _DOCUMENT.write_text(catalogue_markdown(), encoding="utf-8")

    assert _DOCUMENT.read_text(encoding="utf-8") == catalogue_markdown()
