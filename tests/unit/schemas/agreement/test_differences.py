"""What a new version changes is said whole, one line a change, and what to weigh is marked."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.agreement import Change, changes_between, read_agreement
from schemas.agreement.labels import LABELS
from tests.unit.schemas.agreement.plain_agreement import OTHER_POST_QUANTUM_KEY, PLAIN, changed

_FORMER = read_agreement(PLAIN.encode())
_NOT_COMPARED = {"format", "id", "version", "digest"}


def test_nothing_changes_where_only_the_version_rises() -> None:
    assert _changes(("version = 1\n", "version = 2\n")) == ()


def test_every_value_of_an_agreement_has_its_label() -> None:
    assert set(_paths(_FORMER)) - _NOT_COMPARED == set(LABELS)


def test_everything_is_new_where_no_version_is_in_force() -> None:
    changes = changes_between(None, _FORMER)

    assert all(change.before is None for change in changes)
    assert {c.entry for c in changes if c.table == "recipients"} == {"ministere", "prestataire"}


@pytest.mark.parametrize(
    ("before", "after", "key", "to_weigh"),
    [
        ('title = "Convention d\'essai"', 'title = "Autre"', "title", False),
        ("percent = 10", "percent = 50", "refusal_threshold_percent", True),
        ("percent = 10", "percent = 5", "refusal_threshold_percent", False),
        ("processing_ends = 2023-12-31", "processing_ends = 2024-01-31", "processing_ends", True),
        ('local_key = "ID_LOCAL"\n', "", "local_key", True),
        ('courriel = "MAIL"', 'courriel = "AUTRE"', "columns", True),
        ('["62", "59"]', "[]", "territory_postcodes", False),
        ('status = "duplicate"', 'status = "not_applicable"', "retention.archives.status", True),
    ],
)
def test_a_change_is_one_line_and_marked_when_it_is_to_be_weighed(
    before: str, after: str, key: str, *, to_weigh: bool
) -> None:
    (change,) = _changes((before, after))

    assert (change.key, change.is_dangerous) == (key, to_weigh)
    assert f"{LABELS[key]} : " in change.sentence
    assert " → " in change.sentence


def test_a_longer_retention_is_to_be_weighed_and_a_shorter_one_is_not() -> None:
    retention = _FORMER.retention
    rule = retention.packages
    longer, shorter = (
        replace(retention, packages=replace(rule, at_latest=rule.at_latest + timedelta(days)))
        for days in (1, -1)
    )

    (kept_longer,) = changes_between(_FORMER, replace(_FORMER, retention=longer))
    (kept_shorter,) = changes_between(_FORMER, replace(_FORMER, retention=shorter))

    assert (kept_longer.is_dangerous, kept_shorter.is_dangerous) == (True, False)
    assert kept_longer.sentence.startswith("la conservation : paquets : au plus tard le : ")


def test_a_new_key_shows_digests_and_never_itself() -> None:
    known, other = _FORMER.recipients
    certificate = known.receipt_certificate.replace("TUlOSVNURVJF", "QVVUUkU=")
    renewed = replace(known, encryption_key=OTHER_POST_QUANTUM_KEY, receipt_certificate=certificate)

    changes = changes_between(_FORMER, replace(_FORMER, recipients=(renewed, other)))

    assert [(change.entry, change.is_dangerous) for change in changes] == [("ministere", True)] * 2
    for change in changes:
        assert change.before is not None
        assert change.after is not None
        assert (len(change.before), len(change.after)) == (64, 64)


def test_a_new_recipient_and_one_that_is_gone_are_one_line_each_to_be_weighed() -> None:
    first, second = _FORMER.recipients
    new = replace(_FORMER, recipients=(first, replace(second, id="autre")))

    gone, added = changes_between(_FORMER, new)

    assert gone.is_dangerous
    assert added.is_dangerous
    assert gone.sentence.startswith("destinataire prestataire : retrait — nom : ")
    assert added.sentence.startswith("destinataire autre : ajout — nom : ")


def _changes(*pairs: tuple[str, str]) -> tuple[Change, ...]:
    return changes_between(_FORMER, read_agreement(changed(*pairs).encode()))


def _paths(item: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 -- any dataclass of the document
    for field in fields(item):
        value, inner = getattr(item, field.name), f"{path}.{field.name}".lstrip(".")
        if isinstance(value, tuple) and is_dataclass(value[0]):
            yield from (name for name in _paths(value[0], inner) if not name.endswith(".id"))
        elif is_dataclass(value):
            yield from _paths(value, inner)
        else:
            yield inner
