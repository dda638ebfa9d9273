"""What is written of a request: who, what, when, and nothing that its caller chose."""

import logging

import pytest

from exchange.web.logs import NamedValues


def _line(**values: object) -> str:
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "msg": "cannot work", "created": 1_700_000_000.25, **values}
    )
    return NamedValues().format(record)


def test_a_line_begins_with_its_instant_in_utc() -> None:
    assert _line() == "2023-11-14T22:13:20.250+00:00 WARNING cannot work"


def test_values_are_named_in_one_order_and_others_are_left_out() -> None:
    line = _line(why="la clé manque", route="health.ready", request_id="0a", nom="Dupont")

    assert line.endswith('cannot work request_id=0a route=health.ready why="la clé manque"')


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\n2026-11-21 INFO faux", r'"a\n2026-11-21 INFO faux"'),
        ("a\r\x1b[2J", r'"a\r\u001b[2J"'),
        ("a\u2028b\u0085c\u202ed", r'"a\u2028b\u0085c\u202ed"'),
        ('a" status=200', r'"a\" status=200"'),
        ("a=b", '"a=b"'),
        ("", '""'),
    ],
)
def test_no_value_ends_its_line_or_seems_to_be_another(value: str, written: str) -> None:
    line = _line(why=value)

    assert line.endswith(f" why={written}")
    assert line.splitlines() == [line]
