"""Lists given in pages: each says where the next one begins, by a cursor that says nothing else."""

import base64
import binascii
from collections.abc import Sequence
from typing import Final, TypeVar

from marshmallow import Schema, ValidationError, fields, validate

Item = TypeVar("Item")

_LARGEST_PAGE: Final = 200
_USUAL_PAGE: Final = 50
_LONGEST_CURSOR: Final = 300


class Cursor(fields.Field[str]):
    """The key of the last item of the page before, written so that nobody builds upon it."""

    def _serialize(self, value: str | None, attr: str | None, obj: object, **_: object) -> object:
        del attr, obj
        if value is None:
            return None
        return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        del attr, data
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_CURSOR:
            raise ValidationError("reprenez « next » de la page d'avant, tel quel")
        try:
            padded = value + "=" * (-len(value) % 4)
            return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise ValidationError("reprenez « next » de la page d'avant, tel quel") from None


class PageQuerySchema(Schema):
    """Which page is asked for."""

    limit = fields.Integer(
        load_default=_USUAL_PAGE,
        strict=False,
        validate=validate.Range(1, _LARGEST_PAGE, error="écrivez un nombre de {min} à {max}"),
        error_messages={"invalid": "écrivez un nombre entier"},
        metadata={"description": "Combien d'éléments au plus."},
    )
    after = Cursor(
        load_default=None,
        metadata={
            "type": "string",
            "minLength": 1,
            "maxLength": _LONGEST_CURSOR,
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
