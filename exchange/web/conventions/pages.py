"""Lists given in pages: each says where the next one begins, by a cursor that says nothing else."""

import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from marshmallow import Schema, ValidationError, fields, validate

Item = TypeVar("Item")

_LARGEST_PAGE: Final = 200
_USUAL_PAGE: Final = 50
_DIGITS: Final = "0|[1-9][0-9]{0,15}"
_CURSOR: Final = "^([0-9a-f]{2}){1,250}$"


class Cursor(fields.Field[str]):
    """The key of the last item of the page before, written so that nobody builds upon it."""

    def _serialize(self, value: str | None, attr: str | None, obj: object, **_: object) -> object:
        del attr, obj
        return None if value is None else value.encode().hex()

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        del attr, data
        if not isinstance(value, str) or re.fullmatch(_CURSOR, value) is None:
            raise ValidationError("reprenez « next » de la page d'avant, tel quel")
        # One that we did not write designates a place all the same: between two keys.
        return bytes.fromhex(value).decode("utf-8", "replace")


class WholeNumber(fields.Integer):
    """A number within bounds, in one writing: no sign, no ``1_0``, no digit of another script."""

    def __init__(self, least: int, most: int, **named: Any) -> None:  # noqa: ANN401 - the field's own
        """Take the bounds, both included, and what every field takes."""
        bounds = validate.Range(least, most, error="écrivez un nombre de {min} à {max}")
        super().__init__(validate=bounds, **named)

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> int:
        del attr, data
        if not isinstance(value, str) or re.fullmatch(_DIGITS, value) is None:
            raise ValidationError("écrivez un nombre entier")
        return int(value)


class PageQuerySchema(Schema):
    """Which page is asked for."""

    limit = WholeNumber(
        1,
        _LARGEST_PAGE,
        load_default=_USUAL_PAGE,
        metadata={"description": "Combien d'éléments au plus."},
    )
    after = Cursor(
        load_default=None,
        metadata={
            "type": "string",
            "pattern": _CURSOR,
            "description": "Le « next » de la page d'avant.",
        },
    )


def page_of(
    items: Sequence[Item], keys: Sequence[str], limit: int, after: str | None
) -> tuple[Sequence[Item], str | None]:
    """Cut a page out of items whose keys rise; give it and the key the next one follows."""
    first = sum(1 for key in keys if after is not None and key <= after)
    page = items[first : first + limit]
    is_last = first + limit >= len(items)
    return page, None if is_last or not page else keys[first + len(page) - 1]
