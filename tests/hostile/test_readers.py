"""Whatever a stranger sends is read as it is or refused, and never repeated.

Each generator of hostile documents is also held against readers with a planted bug: one that
finds none of them would prove nothing of ours.
"""

import pytest
from hypothesis import find, given, settings

from tests.hostile import (
    age_headers,
    csv_files,
    der_structures,
    json_documents,
    json_files,
    note_texts,
    toml_files,
    zip_files,
)
from tests.hostile.soundness import BUDGETS, SEARCH, Reader, is_unsound, require_sound

_READERS = (
    csv_files.CSV,
    toml_files.TOML,
    age_headers.AGE,
    zip_files.ZIP,
    der_structures.SIGNATURE,
    der_structures.CERTIFICATE,
    *json_documents.JSON,
    json_documents.RECEIPT,
    json_files.JSON_PEOPLE,
    *note_texts.NOTES,
)
_PLANTED = (
    *csv_files.PLANTED,
    *toml_files.PLANTED,
    *age_headers.PLANTED,
    *zip_files.PLANTED,
    *der_structures.PLANTED,
    *json_documents.PLANTED,
    *json_files.PLANTED,
    *note_texts.PLANTED,
)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("reader", _READERS, ids=lambda reader: reader.name)
def test_a_reader_takes_or_refuses_whatever_it_is_given(reader: Reader, budget: settings) -> None:
    @budget
    @given(reader.documents)
    def read_any(document: bytes) -> None:
        require_sound(reader, document)

    read_any()


@pytest.mark.parametrize("planted", _PLANTED, ids=lambda planted: planted.name)
def test_the_generator_finds_a_planted_bug(planted: Reader) -> None:
    find(planted.documents, lambda document: is_unsound(planted, document), settings=SEARCH)


@pytest.mark.parametrize("reader", _READERS, ids=lambda reader: reader.name)
def test_the_generator_also_makes_documents_that_are_read(reader: Reader) -> None:
    def is_read(document: bytes) -> bool:
        try:
            reader.read(document)
        except reader.refusals:
            return False
        return True

    find(reader.documents, is_read, settings=SEARCH)
