"""The fields of the agreement file: each one says in French what to write in its place.

A ``hint`` is a French sentence in the imperative. It is shown when the key is missing, of the
wrong type or of the wrong form, and never repeats what the file said.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from schemas.agreement.sample import PLACEHOLDER

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,38}[A-Za-z0-9])?")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_POSTCODE_PREFIX: Final = re.compile(r"[0-9]{1,5}")
_CERTIFICATE: Final = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\s*"
)
_MAX_LINE_CHARACTERS: Final = 200
_MAX_PARAGRAPH_CHARACTERS: Final = 4_000
_MAX_CERTIFICATE_CHARACTERS: Final = 16_384
# Technical bounds, so that a duration added to a day is always a day that exists.
_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = date(2199, 12, 31)
MAX_RETENTION_DAYS: Final = 36_500

_IDENTIFIER_HINT: Final = (
    "écrivez un identifiant de 1 à 40 lettres sans accent, chiffres, points ou tirets, "
    "qui commence et finit par une lettre ou un chiffre : il sert dans les noms de fichiers"
)
_MAIL_HINT: Final = "écrivez une adresse électronique, par exemple dpo@organisme.example"


class ClosedSchema(Schema):
    """A table of the file: an unknown key is refused, a whole one becomes its frozen value."""

    class Meta:
        """Closed."""

        unknown = RAISE

    error_messages = {  # noqa: RUF012 -- marshmallow merges this very attribute, a plain dict
        "unknown": "clé inconnue : corrigez son nom d'après docs/agreement-file.md, ou retirez-la",
        "type": "ouvrez ici une table TOML avec ses clés (voir docs/agreement-file.md)",
    }
    value_type: Callable[..., object] = dict

    @post_load
    def _as_value(self, data: dict[str, Any], **_: object) -> object:
        return self.value_type(**data)


class Day(fields.Field[date]):
    """A TOML local date, without quotes and without a time."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: object
    ) -> date:
        del attr, data, kwargs
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.make_error("invalid")
        if not _FIRST_DAY <= value <= _LAST_DAY:
            raise self.make_error("invalid")
        return value


class _StrictBoolean(fields.Boolean):
    """A boolean of TOML; marshmallow alone would take "yes" and 1 for one."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: object
    ) -> bool:
        del attr, data, kwargs
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


def line(hint: str, *, required: bool = True) -> fields.String:
    """Take a line of visible text."""
    return _string(hint, lambda text: _is_visible(text, _MAX_LINE_CHARACTERS), required=required)


def paragraph(hint: str) -> fields.String:
    """Take a text of several lines."""
    return _string(hint, _is_paragraph)


def identifier(*, required: bool = True) -> fields.String:
    """Take an id, which may stand in a file name (no ``_``: it separates ids there)."""
    return _string(_IDENTIFIER_HINT, _matches(_IDENTIFIER), required=required)


def mail() -> fields.String:
    """Take an e-mail address."""
    is_mail = validate.Email(error=_MAIL_HINT)
    return fields.String(required=True, validate=is_mail, error_messages=_messages(_MAIL_HINT))


def country() -> fields.String:
    """Take a country, ISO 3166-1 alpha-2."""
    return _string("écrivez le code du pays en deux capitales, par exemple FR", _matches(_COUNTRY))


def certificate(hint: str, *, required: bool = True) -> fields.String:
    """Take one PEM certificate and nothing else: a private key beside it is refused."""
    return _string(hint, _is_certificate, required=required)


def text_where(
    hint: str, accepts: Callable[[str], bool], *, required: bool = True, key: str | None = None
) -> fields.String:
    """Take a text that a predicate accepts; ``key`` is its name in the file, if another."""
    return _string(hint, accepts, required=required, key=key)


def choice(*values: str, hint: str, required: bool = True, key: str | None = None) -> fields.String:
    """Take one of a closed set of words; ``key`` is its name in the file, if another."""
    return _string(hint, lambda text: text in values, required=required, key=key)


def whole_number(minimum: int, maximum: int, hint: str, *, required: bool = True) -> fields.Integer:
    """Take an integer between two bounds, both allowed."""
    in_range = validate.Range(min=minimum, max=maximum, error=hint)
    return fields.Integer(
        required=required, strict=True, validate=in_range, error_messages=_messages(hint)
    )


def yes_or_no(hint: str, *, required: bool = True) -> fields.Boolean:
    """Take a TOML boolean: ``true`` or ``false``, and no word or number in its place."""
    return _StrictBoolean(required=required, error_messages=_messages(hint))


def day(hint: str, *, required: bool = True, key: str | None = None) -> Day:
    """Take a day; ``key`` is its name in the file, if another."""
    sentence = f"{hint}, sans guillemets, par exemple 2023-01-31"
    return Day(required=required, data_key=key, error_messages=_messages(sentence))


def identifiers(hint: str) -> fields.List[str]:
    """Take a list of ids, which may be absent."""
    return fields.List(identifier(), error_messages=_messages(hint), post_load=tuple)


def postcode_prefixes(hint: str) -> fields.List[str]:
    """Take the first digits of postcodes; an empty list asks for no check."""
    prefix = _string(hint, _matches(_POSTCODE_PREFIX))
    return fields.List(prefix, required=True, error_messages=_messages(hint), post_load=tuple)


def table(schema: type[Schema], hint: str) -> fields.Nested:
    """Take one table."""
    return fields.Nested(schema, required=True, error_messages=_messages(hint))


def tables(schema: type[Schema], hint: str) -> fields.List[Any]:
    """Take one table or more, under one name in double brackets."""
    return fields.List(
        fields.Nested(schema),
        required=True,
        validate=validate.Length(min=1, error=hint),
        error_messages=_messages(hint),
        post_load=tuple,
    )


def _string(
    hint: str, accepts: Callable[[str], bool], *, required: bool = True, key: str | None = None
) -> fields.String:
    def judge(text: str) -> None:
        if text.strip().startswith(PLACEHOLDER):
            raise ValidationError(f"remplacez le texte du modèle : {hint}")
        if not accepts(text):
            raise ValidationError(hint)

    return fields.String(
        required=required, data_key=key, validate=judge, error_messages=_messages(hint)
    )


def _messages(hint: str) -> dict[str, str | list[Any] | dict[Any, Any]]:
    return {"required": f"cette clé manque : {hint}", "invalid": hint, "too_large": hint}


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _is_visible(text: str, max_characters: int) -> bool:
    # Category C holds control characters and direction marks, which could disguise a terminal
    # line or a name.
    has_hidden = any(unicodedata.category(character).startswith("C") for character in text)
    return bool(text) and text == text.strip() and len(text) <= max_characters and not has_hidden


def _is_paragraph(text: str) -> bool:
    return _is_visible(" ".join(text.split("\n")).strip(), _MAX_PARAGRAPH_CHARACTERS)


def _is_certificate(text: str) -> bool:
    return len(text) <= _MAX_CERTIFICATE_CHARACTERS and _CERTIFICATE.fullmatch(text) is not None
