"""Receipts: any JSON text that says one thing, and only what its kind says."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.annex_e import RuleCode
from schemas.receipt import Receipt, ReceiptError, ReceiptKind, Rejection, parse_receipt

_HEAD: dict[str, Any] = {
    "format": 1,
    "package": "a" * 64,
    "checkpoint_size": 7,
    "checkpoint_root": "A" * 43 + "=",
    "at": "2023-02-01T09:00:00Z",
}
_BY_LINE = {"line": 3, "code": "COURRIEL_FORMAT"}
_BY_REFERENCE = {"reference": "A" * 26 + "0", "code": "CONTACT_ABSENT"}
_ACKNOWLEDGEMENT = {**_HEAD, "kind": "acknowledgement"}
_REJECTION = {**_HEAD, "kind": "rejection", "rejections": [_BY_LINE, _BY_REFERENCE]}
_DESTRUCTION = {**_HEAD, "kind": "destruction", "destroyed_on": "2023-09-30"}


def _parse(document: object) -> Receipt:
    return parse_receipt(json.dumps(document).encode())


@pytest.mark.parametrize("document", [_ACKNOWLEDGEMENT, _REJECTION, _DESTRUCTION])
def test_what_is_written_is_read(document: dict[str, Any]) -> None:
    receipt = _parse(document)

    assert parse_receipt(receipt.json_bytes()) == receipt
    assert json.loads(receipt.json_bytes()) == document


def test_a_rejection_names_its_lines_and_codes() -> None:
    receipt = _parse(_REJECTION)

    assert receipt.kind is ReceiptKind.REJECTION
    assert receipt.rejections == (
        Rejection(RuleCode.COURRIEL_FORMAT, line=3),
        Rejection(RuleCode.CONTACT_ABSENT, reference="A" * 26 + "0"),
    )


def test_another_writing_of_the_same_is_accepted_for_printf_made_it() -> None:
    text = json.dumps(_ACKNOWLEDGEMENT, indent=2, sort_keys=True) + "\r\n"

    assert parse_receipt(text.encode()) == _parse(_ACKNOWLEDGEMENT)


@pytest.mark.parametrize("key", [*_HEAD, "kind"])
def test_each_key_is_required(key: str) -> None:
    document = {name: value for name, value in _ACKNOWLEDGEMENT.items() if name != key}

    with pytest.raises(ReceiptError, match="forme attendue"):
        _parse(document)


def _rejecting(*entries: object) -> dict[str, Any]:
    return {**_REJECTION, "rejections": list(entries)}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([], id="an array"),
        pytest.param({**_ACKNOWLEDGEMENT, "note": "M. Exemple"}, id="an unknown key"),
        pytest.param({**_ACKNOWLEDGEMENT, "kind": "approval"}, id="an unknown kind"),
        pytest.param({**_ACKNOWLEDGEMENT, "format": True}, id="a truth for a number"),
        pytest.param({**_ACKNOWLEDGEMENT, "package": "A" * 64}, id="upper case digest"),
        pytest.param({**_ACKNOWLEDGEMENT, "checkpoint_size": 7.0}, id="a broken number"),
        pytest.param({**_ACKNOWLEDGEMENT, "checkpoint_size": "7"}, id="a number as text"),
        pytest.param({**_ACKNOWLEDGEMENT, "checkpoint_size": -1}, id="a negative size"),
        pytest.param({**_ACKNOWLEDGEMENT, "checkpoint_root": "AAAA"}, id="a short root"),
        pytest.param({**_ACKNOWLEDGEMENT, "at": "hier"}, id="no instant"),
        pytest.param({**_ACKNOWLEDGEMENT, "rejections": [_BY_LINE]}, id="it acknowledges lines"),
        pytest.param({**_HEAD, "kind": "rejection"}, id="it rejects nothing"),
        pytest.param(_rejecting(), id="it rejects no line"),
        pytest.param(_rejecting({"code": "NIR"}), id="which line"),
        pytest.param(_rejecting({**_BY_LINE, **_BY_REFERENCE}), id="which of the two"),
        pytest.param(_rejecting({"line": 0, "code": "NIR"}), id="line zero"),
        pytest.param(_rejecting({"line": True, "code": "NIR"}), id="a truth for a line"),
        pytest.param(_rejecting({"line": 1, "code": "MOCHE"}), id="an unknown code"),
        pytest.param(_rejecting({"line": 1, "code": "x@exemple.fr"}), id="a value for a code"),
        pytest.param(_rejecting(_BY_LINE, _BY_LINE), id="it says a thing twice"),
        pytest.param({**_DESTRUCTION, "destroyed_on": "2023-02-30"}, id="no such day"),
        pytest.param({**_HEAD, "kind": "destruction"}, id="destroyed when"),
        pytest.param({**_DESTRUCTION, "destroyed_on": None}, id="null"),
    ],
)
def test_anything_else_is_refused(document: object) -> None:
    with pytest.raises(ReceiptError, match="forme attendue"):
        _parse(document)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(json.dumps(_ACKNOWLEDGEMENT)[:-1] + ',"format":1}', id="a doubled key"),
        pytest.param(json.dumps(_ACKNOWLEDGEMENT) + "{}", id="two documents"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param('{"checkpoint_size":' + "9" * 5000 + "}", id="an endless number"),
        pytest.param(" " * 10_000_001, id="too long"),
    ],
)
def test_texts_that_two_readers_take_for_two_things_or_that_wear_out_are_refused(
    data: str,
) -> None:
    with pytest.raises(ReceiptError, match="forme attendue"):
        parse_receipt(data.encode())


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_else(data: bytes) -> None:
    with pytest.raises(ReceiptError):
        parse_receipt(data)


def test_the_refusal_never_repeats_what_was_said() -> None:
    with pytest.raises(ReceiptError) as caught:
        _parse(_rejecting({"line": 1, "code": "Zoé Exemple"}))

    assert "Zoé" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_specification_names_every_key() -> None:
    specification = (Path(__file__).parents[3] / "docs/package-format.md").read_text("utf-8")

    section = specification.split("\n## Receipts\n")[1]

    keys = {*_ACKNOWLEDGEMENT, *_REJECTION, *_DESTRUCTION, *_BY_LINE, *_BY_REFERENCE}
    assert {key for key in keys if f"`{key}`" not in section} == set()
