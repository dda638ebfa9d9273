"""The manifest: one text for each value, and no other key."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError

from schemas.annex_e import COLUMNS
from schemas.manifest import Ciphertext, Manifest, ManifestError, TransferKind, read_manifest

_MANIFEST = Manifest(
    agreement="spie-62",
    agreement_version=1,
    agreement_digest="a" * 64,
    instruction="I-2022-1",
    deadline="enquete-1",
    cut_off="2022-12-30",
    due="2023-01-31",
    revision=1,
    sender="Département d'essai",
    sender_certificate="b" * 64,
    recipient="dgefp",
    recipient_name="DGEFP",
    recipient_fingerprint="0123 4567 89ab cdef 0123 4567 89ab cdef",
    view="nominative",
    columns=COLUMNS,
    row_count=2,
    undeclared=False,
    created_at="2023-01-31T09:30:00.000Z",
    destroy_by="2023-09-30",
    ciphertexts=(Ciphertext("spie-62_enquete-1_dgefp_r1.csv.age", "c" * 64, 1234),),
    checkpoint="journal\n7\nAAAA\n\n— journal BBBB\n",
    log_key="journal+0123+CCCC",
    trial=False,
)


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_MANIFEST.canonical_bytes())
    return document


def _bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_what_is_written_is_read() -> None:
    assert read_manifest(_MANIFEST.canonical_bytes()) == _MANIFEST


def test_the_text_is_canonical_json_with_its_format() -> None:
    assert _MANIFEST.canonical_bytes() == _bytes({**_document(), "format": 2})


@pytest.mark.parametrize("key", sorted(_document()))
def test_each_key_is_required(key: str) -> None:
    document = _document()
    del document[key]

    with pytest.raises(ManifestError, match="forme attendue"):
        read_manifest(_bytes(document))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ManifestError):
        read_manifest(_bytes({**_document(), "note": ""}))


def test_an_unknown_key_of_a_ciphertext_is_refused() -> None:
    document = _document()
    document["ciphertexts"][0]["plaintext_sha256"] = "d" * 64

    with pytest.raises(ManifestError):
        read_manifest(_bytes(document))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 1),
        ("format", 3),
        ("format", True),
        ("agreement", "spie 62"),
        ("agreement_digest", "A" * 64),
        ("agreement_version", 0),
        ("cut_off", "30/12/2022"),
        ("revision", True),
        ("revision", "1"),
        ("row_count", -1),
        ("trial", 0),
        ("trial", "false"),
        ("sender_certificate", "b" * 63),
        ("columns", "prenom"),
        ("columns", [*COLUMNS, "nir"]),
        ("columns", [*COLUMNS[:-1]]),
        ("columns", ["reference", *COLUMNS]),
        ("ciphertexts", []),
        ("ciphertexts", [{"name": "../x.csv.age", "sha256": "c" * 64, "size": 1}]),
        ("ciphertexts", [{"name": "x.csv", "sha256": "c" * 64, "size": 1}]),
        ("destroy_by", ""),
        ("kind", "other"),
        ("kind", "correction"),
        ("kind", "test"),
        ("reason", "Une Phrase"),
        ("reason", "cle-perdue"),
        ("follows", "d" * 64),
        ("corrected_lines", [1, 2]),
    ],
)
def test_a_value_of_another_form_is_refused(key: str, value: object) -> None:
    with pytest.raises(ManifestError):
        read_manifest(_bytes({**_document(), key: value}))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(_MANIFEST.canonical_bytes() + b"\n", id="something behind"),
        pytest.param(json.dumps(_document()).encode(), id="another writing of the same"),
    ],
)
def test_other_bytes_are_refused_without_a_cause(data: bytes) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(data)

    assert caught.value.__cause__ is None
    assert not isinstance(caught.value, ValidationError)


_FOLLOWING = {"kind": "correction", "reason": "lignes-rejetees", "follows": "d" * 64}


def test_a_correction_says_which_lines_it_stands_for() -> None:
    correction = replace(
        _MANIFEST,
        kind=TransferKind.CORRECTION,
        reason="lignes-rejetees",
        follows="d" * 64,
        corrected_lines=(3, 17),
    )

    assert read_manifest(correction.canonical_bytes()) == correction


@pytest.mark.parametrize(
    "wrong",
    [
        {"corrected_lines": [3]},
        {"corrected_lines": [17, 3]},
        {"corrected_lines": [3, 3]},
        {"corrected_lines": [0, 3]},
        {"corrected_lines": ["3", "17"]},
        {"corrected_lines": [3, 17], "follows": ""},
        {"corrected_lines": [3, 17], "kind": "replacement"},
        {"corrected_lines": [], "kind": "contractual"},
    ],
    ids=str,
)
def test_what_does_not_go_with_the_kind_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ManifestError, match="forme attendue"):
        read_manifest(_bytes({**_document(), **_FOLLOWING, **wrong}))


def test_a_test_is_always_marked_as_a_trial() -> None:
    test = replace(_MANIFEST, kind=TransferKind.TEST, trial=True)

    assert read_manifest(test.canonical_bytes()) == test


def test_a_manifest_of_format_1_is_read_and_written_as_it_was() -> None:
    document = _document()
    for later in ("kind", "reason", "follows", "corrected_lines"):
        del document[later]
    data = _bytes({**document, "format": 1})

    manifest = read_manifest(data)

    assert manifest == replace(_MANIFEST, format=1)
    assert manifest.canonical_bytes() == data


def test_the_specification_names_every_key() -> None:
    specification = (Path(__file__).parents[3] / "docs/package-format.md").read_text("utf-8")

    section = specification.split("\n## manifest.json\n")[1].split("\n## ")[0]

    assert {key for key in _document() if f"`{key}`" not in section} == set()
