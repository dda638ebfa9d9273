import io
import sys

import pytest

from exchange.cli.objector_input import read_objector
from exchange.errors import RefusedError
from exchange.objections import Objector
from schemas.annex_e import Names

_ANNE = Names("Dupont", "Anne", "1971-03-12")
_NAMES = '"nom": "Dupont", "prenom": "Anne", "date_naissance": "12/03/1971"'


def _read(monkeypatch: pytest.MonkeyPatch, typed: bytes) -> Objector:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    return read_objector(asks_key=False)


@pytest.mark.parametrize(
    "typed",
    [
        "Dupont\nAnne\n12/03/1971\n",
        "\ufeffDupont\r\n Anne \r\n\r\n1971-03-12",
        '{"nom": "Dupont", "prenom": "Anne", "date_naissance": "12/03/1971"}',
    ],
)
def test_three_lines_or_an_object_name_a_person(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    assert _read(monkeypatch, typed.encode()) == Objector(_ANNE)


@pytest.mark.parametrize(
    ("typed", "objector"),
    [
        (' {"local_key": " A12 "}', Objector(local_key="A12")),
        (f'{{"local_key": "A12", {_NAMES}}}', Objector(_ANNE, "A12")),
        (f'{{"local_key": " ", {_NAMES}}}', Objector(_ANNE)),
    ],
    ids=["instead", "too", "unknown"],
)
def test_an_object_may_have_the_local_key(
    monkeypatch: pytest.MonkeyPatch, typed: str, objector: Objector
) -> None:
    assert _read(monkeypatch, typed.encode()) == objector


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("asks_key", "typed", "objector"),
    [
        (True, "A12\nDupont\nAnne\n12/03/1971\n", Objector(_ANNE, "A12")),
        (True, "\nDupont\nAnne\n12/03/1971\n", Objector(_ANNE)),
        (False, "Dupont\nAnne\n12/03/1971\n", Objector(_ANNE)),
    ],
    ids=["key", "no key", "none named"],
)
def test_a_terminal_asks_for_the_names_beside_the_key(
    monkeypatch: pytest.MonkeyPatch, typed: str, objector: Objector, *, asks_key: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(io.BytesIO(typed.encode())))

    assert read_objector(asks_key=asks_key) == objector


def test_who_objects_is_not_in_a_traceback() -> None:
    assert repr(Objector(_ANNE, "A12")) == "Objector()"


@pytest.mark.parametrize(
    "typed",
    [
        b"",
        b"Dupont\nAnne",
        b"Dupont\nAnne\n12/03/1971\nLens",
        b"D\xe9pont\nAnne\n12/03/1971",
        b'{"nom": "Dupont"}',
        b'{"nom": "Dupont", "prenom": "Anne", "date_naissance": 1971}',
        b'{"nom": "Dupont", "prenom": "Anne", "date_naissance": "12/03/1971", "ville": "Lens"}',
        b'{"local_key": "A12", "nom": "Dupont"}',
        b'{"local_key": "\\ud800"}',
        b"{" * 4000,
        b'{"a":' * 700,
        b"Dupont" * 1000,
    ],
)
def test_what_has_another_form_is_refused_and_not_echoed(
    monkeypatch: pytest.MonkeyPatch, typed: bytes
) -> None:
    with pytest.raises(RefusedError, match="n'a pas la forme attendue") as refused:
        _read(monkeypatch, typed)

    assert "Dupont" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Dupont\nAnne\nhier", "date_naissance : "),
        ("Dupont\nAnne\n31/02/1971", "date_naissance : "),
        ("Dupont\n291036204103739\n12/03/1971", "prenom : "),
        ("Dupont\nAnne\x00\n12/03/1971", "prenom : "),
        ('{"nom": " ", "prenom": "Anne", "date_naissance": "12/03/1971"}', "nom : "),
        ('{"local_key": " "}', "nom : "),
        ('{"local_key": "185036204103745"}', "clé locale : "),
    ],
)
def test_what_no_row_could_hold_is_refused_by_column_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, typed: str, sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence) as refused:
        _read(monkeypatch, typed.encode())

    assert "Dupont" not in refused.value.message + refused.value.hint
    assert "système local" in refused.value.hint
