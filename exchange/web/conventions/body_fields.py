"""What a body in JSON may say: its schema, whose sentences are French, and its fields."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

IDENTIFIER: Final = "[A-Za-z0-9._-]{1,140}"
"""An id as ours are: nothing else is looked for in the database."""

_FRENCH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Missing data for required field.": "ce champ manque",
        "Field may not be null.": "null n'est pas admis",
        "Not a valid string.": "écrivez un texte",
        "Not a valid integer.": "écrivez un nombre entier",
        "Not a valid date.": "écrivez une date : AAAA-MM-JJ",
        "Not a valid list.": "écrivez une liste",
        "Invalid input type.": "écrivez un objet",
        "Must be one of: {choices}.": "écrivez l'un de : {choices}",
    }
)


class BodySchema(Schema):
    """A body: an unknown field is refused, and what is wrong is said in French."""

    error_messages = {  # noqa: RUF012 - as the library wants it
        "type": "écrivez un objet",
    }

    class Meta:
        """A misspelt field would be done without."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Say in French what the library says in English."""
        del field_name
        said = field_obj.error_messages
        field_obj.error_messages = {key: _FRENCH.get(str(text), text) for key, text in said.items()}


class Truth(fields.Boolean):
    """``true`` or ``false`` of JSON, where the library takes ``"yes"`` and ``1`` for true."""

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> bool:
        del attr, data
        if not isinstance(value, bool):
            raise ValidationError("écrivez true ou false")
        return value


def identifier(description: str, **how: Any) -> fields.String:  # noqa: ANN401 - the library's options
    """Give the field of an id of ours, which may not be there."""
    is_one = validate.Regexp(f"^{IDENTIFIER}\\Z", error="écrivez un identifiant")
    described = {"description": description, "pattern": f"^{IDENTIFIER}$"}
    return fields.String(validate=is_one, metadata=described, **how)
