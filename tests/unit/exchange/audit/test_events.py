import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.actors import Actor
from exchange.audit.errors import InvalidEventError
from exchange.audit.events import (
    Event,
    EventKind,
    FilterColumns,
    Outcome,
    instant_text,
    read_event,
)

_AT = datetime(2023, 1, 31, 5, 0, 0, 123456, UTC)
_PUBLISHED = Event(
    kind=EventKind.TRANSFER_PUBLISHED,
    outcome=Outcome.DONE,
    actor=Actor(1000, "operatrice", sudo_user="root"),
    at=_AT,
    trial_at=_AT + timedelta(days=1),
    subject="pas-de-calais_enquete-1_dgefp_r1",
    why="I-2023-01",
    details={"recipient": "dgefp", "rows": 981, "package_digest": "ab" * 32},
)


def published(**changes: Any) -> Event:  # noqa: ANN401 - any field, of its own type
    return replace(_PUBLISHED, **changes)


def test_the_canonical_bytes_are_the_documented_ones() -> None:
    assert published().canonical_bytes().decode() == (
        '{"actor":{"name":"operatrice","sudo_user":"root","uid":1000}'
        ',"at":"2023-01-31T05:00:00.123Z"'
        f',"details":{{"package_digest":"{"ab" * 32}","recipient":"dgefp","rows":981}}'
        ',"kind":"transfer.published","outcome":"done"'
        ',"subject":"pas-de-calais_enquete-1_dgefp_r1"'
        ',"trial_at":"2023-02-01T05:00:00.123Z","version":1,"why":"I-2023-01"}'
    )


def test_outside_a_trial_and_without_sudo_neither_is_mentioned() -> None:
    event = published(trial_at=None, actor=Actor(1000, "operatrice"))

    document = json.loads(event.canonical_bytes())

    assert "trial_at" not in document
    assert document["actor"] == {"uid": 1000, "name": "operatrice"}


def test_an_event_is_read_back_from_its_bytes() -> None:
    written = read_event(published().canonical_bytes())

    assert written.columns == FilterColumns(
        kind="transfer.published",
        at="2023-01-31T05:00:00.123Z",
        actor="operatrice",
        outcome="done",
        subject="pas-de-calais_enquete-1_dgefp_r1",
    )
    assert written.trial_at == "2023-02-01T05:00:00.123Z"
    assert (written.actor_uid, written.sudo_user) == (1000, "root")
    assert written.why == "I-2023-01"
    assert written.details == {"recipient": "dgefp", "rows": 981, "package_digest": "ab" * 32}


def test_an_event_of_another_catalogue_is_still_read() -> None:
    data = published().canonical_bytes().replace(b"transfer.published", b"transfer.teleported")

    assert read_event(data).columns.kind == "transfer.teleported"


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown details \['prenom'\]"):
        published(details={**_PUBLISHED.details, "prenom": "Adele"})


def test_a_missing_detail_is_refused() -> None:
    with pytest.raises(ValueError, match=r"missing details \['package_digest', 'rows'\]"):
        published(details={"recipient": "dgefp"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("rows", "981", id="a text for a number"),
        pytest.param("rows", True, id="a yes for a number"),
        pytest.param("recipient", 3, id="a number for a text"),
        pytest.param("recipient", ["dgefp"], id="a list for a text"),
        pytest.param("recipient", "Adele Lefevre", id="a text with a space"),
        pytest.param("recipient", "Lefèvre", id="a text with an accent"),
        pytest.param("recipient", "a" * 201, id="a text too long"),
    ],
)
def test_a_detail_of_another_type_than_catalogued_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"detail {name}"):
        published(details={**_PUBLISHED.details, name: value})


@pytest.mark.parametrize("codes", [["NIR=2", "FORMULE=1"], (), ("DATE_FORMAT=7",)])
def test_a_list_of_counts_by_code_is_carried(codes: list[str]) -> None:
    event = Event(
        kind=EventKind.IMPORT_REFUSED,
        outcome=Outcome.REFUSED,
        actor=Actor(1000, "operatrice"),
        at=_AT,
        details={"codes": codes},
    )

    assert read_event(event.canonical_bytes()).details == {"codes": list(codes)}


@pytest.mark.parametrize("codes", [[3], ["un prénom"], "NIR=2", 2])
def test_a_list_of_anything_but_identifiers_is_refused(codes: object) -> None:
    with pytest.raises(ValueError, match="detail codes"):
        published(kind=EventKind.IMPORT_REFUSED, details={"codes": codes})


def test_a_subject_that_is_no_identifier_is_refused() -> None:
    with pytest.raises(ValueError, match="subject"):
        published(subject="Adele Lefevre")


@pytest.mark.parametrize("why", ["deux\nlignes", "x" * 501])
def test_a_reason_that_is_no_single_sentence_is_refused(why: str) -> None:
    with pytest.raises(ValueError, match="why"):
        published(why=why)


def test_an_instant_is_written_in_utc_with_milliseconds() -> None:
    paris = timezone(timedelta(hours=1))

    assert instant_text(datetime(2023, 1, 31, 6, tzinfo=paris)) == "2023-01-31T05:00:00.000Z"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        instant_text(datetime(2023, 1, 31, 6))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize("field", ["kind", "at", "actor", "outcome", "subject", "why", "details"])
@pytest.mark.parametrize("value", [None, "missing", 3, [], True])
def test_bytes_without_a_field_of_the_envelope_or_with_another_type_are_refused(
    field: str, value: object
) -> None:
    document = json.loads(published().canonical_bytes())
    document[field] = value
    if value == "missing":
        del document[field]
    data = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()

    with pytest.raises(InvalidEventError, match="illisibles"):
        read_event(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_or_refused_with_the_one_error(data: bytes) -> None:
    with pytest.raises(InvalidEventError):
        read_event(data)


@pytest.mark.parametrize("actor", [{"uid": "1000", "name": "x"}, {"uid": 1000}, {"name": "x"}])
def test_bytes_whose_actor_is_not_an_account_are_refused(actor: dict[str, object]) -> None:
    document = json.loads(published().canonical_bytes())
    document["actor"] = actor
    data = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()

    with pytest.raises(InvalidEventError, match="illisibles"):
        read_event(data)
