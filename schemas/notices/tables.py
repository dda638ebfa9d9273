"""The tables of the notices file: the shape of each value."""

import re
from typing import Final

from marshmallow import fields as shapes
from marshmallow import validate

from schemas.agreement import fields
from schemas.notices.document import Mail, NoticesFile, Ping

_HOST: Final = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_USER: Final = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")
_MAIL_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
_ABSOLUTE_PATH: Final = re.compile(r"/[^\x00-\x1f\x7f]{1,500}")
_PING_ADDRESS: Final = re.compile(r"https?://[!-~]{1,500}")
_MAX_PORT: Final = 65535
_MOST_ADDRESSES: Final = 20

_MAIL_HINT: Final = (
    "écrivez une adresse électronique sans accent, par exemple dsi@organisme.example"
)
_TO_HINT: Final = (
    f"écrivez entre crochets de une à {_MOST_ADDRESSES} adresses, chacune entre guillemets"
)
_PATH_HINT: Final = "écrivez le chemin complet d'un fichier, qui commence par /"


class _ClosedTable(fields.ClosedSchema):
    error_messages = {  # noqa: RUF012 -- marshmallow merges this very attribute, a plain dict
        "unknown": "clé inconnue : corrigez son nom d'après docs/notices.md, ou retirez-la",
        "type": "ouvrez ici une table TOML avec ses clés (voir docs/notices.md)",
    }


def _matching(
    pattern: re.Pattern[str], hint: str, *, required: bool = True, key: str | None = None
) -> shapes.String:
    return fields.text_where(
        hint, lambda text: pattern.fullmatch(text) is not None, required=required, key=key
    )


class MailSchema(_ClosedTable):
    """``[mail]``."""

    value_type = Mail

    host = _matching(
        _HOST, "écrivez le nom du serveur de courriel, par exemple smtp.departement.example"
    )
    port = fields.whole_number(
        1, _MAX_PORT, "écrivez le port : 587 avec starttls, 465 avec tls, 25 sur la machine même"
    )
    security = fields.choice(
        *("starttls", "tls", "none"),
        hint="écrivez starttls ou tls ; none n'est que pour un serveur sur la machine même",
    )
    user = _matching(
        _USER, "écrivez le nom de compte du service chez le serveur de courriel", required=False
    )
    password_file = _matching(_ABSOLUTE_PATH, _PATH_HINT, required=False)
    ca_file = _matching(_ABSOLUTE_PATH, _PATH_HINT, required=False)
    from_ = _matching(_MAIL_ADDRESS, _MAIL_HINT, key="from")
    to = shapes.List(
        _matching(_MAIL_ADDRESS, _MAIL_HINT),
        required=True,
        validate=validate.Length(min=1, max=_MOST_ADDRESSES, error=_TO_HINT),
        error_messages={"required": f"cette clé manque : {_TO_HINT}", "invalid": _TO_HINT},
        post_load=tuple,
    )


class PingSchema(_ClosedTable):
    """``[ping]``."""

    value_type = Ping

    address = _matching(
        _PING_ADDRESS,
        "écrivez l'adresse https:// à appeler, telle que la donne le service de surveillance",
    )


class NoticesSchema(_ClosedTable):
    """The whole file."""

    value_type = NoticesFile

    mail = fields.table(MailSchema, "ouvrez une table [mail] : serveur, expéditeur, destinataires")
    ping = shapes.Nested(PingSchema)
