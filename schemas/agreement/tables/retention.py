"""How long everything lives."""

from typing import Final

from schemas.agreement import fields
from schemas.agreement.document import Archives, DataRetention, LogRetention, Retention

_DAYS_HINT: Final = f"écrivez une durée de 1 à {fields.MAX_RETENTION_DAYS} jours"
_AT_LATEST_HINT: Final = "écrivez le jour au-delà duquel rien n'est gardé, quoi qu'il arrive"


class DataRetentionSchema(fields.ClosedSchema):
    """``[retention.records]`` and ``[retention.packages]``."""

    value_type = DataRetention

    days = fields.whole_number(1, fields.MAX_RETENTION_DAYS, _DAYS_HINT)
    from_ = fields.choice(
        "last_due",
        "processing_ends",
        hint="écrivez d'où part la durée : last_due (dernière échéance d'enquête) ou "
        "processing_ends (fin du traitement)",
        key="from",
    )
    at_latest = fields.day(_AT_LATEST_HINT)


class LogRetentionSchema(fields.ClosedSchema):
    """``[retention.log]``."""

    value_type = LogRetention

    days = fields.whole_number(1, fields.MAX_RETENTION_DAYS, _DAYS_HINT)
    from_ = fields.choice(
        "recorded",
        hint="écrivez recorded : chaque trace est gardée à partir du jour où elle est écrite",
        key="from",
    )
    at_latest = fields.day(_AT_LATEST_HINT)
    reason = fields.line("écrivez pourquoi cette durée sort de six à douze mois", required=False)


class ArchivesSchema(fields.ClosedSchema):
    """``[retention.archives]``."""

    value_type = Archives

    status = fields.choice(
        "duplicate",
        "visa",
        "not_applicable",
        hint="écrivez pourquoi la destruction est permise : duplicate (doubles), visa (visa des "
        "Archives départementales) ou not_applicable (pas d'archives publiques)",
    )
    reference = fields.line(
        "écrivez la référence du courrier ou du visa des Archives départementales", required=False
    )


class RetentionSchema(fields.ClosedSchema):
    """``[retention]``."""

    value_type = Retention

    instruction = fields.identifier()
    records = fields.table(
        DataRetentionSchema,
        "ouvrez [retention.records] et écrivez days, from, at_latest : "
        "sans durée de conservation, aucune donnée n'est acceptée",
    )
    packages = fields.table(
        DataRetentionSchema,
        "ouvrez [retention.packages] et écrivez days, from, at_latest : "
        "sans durée de conservation, aucun paquet n'est envoyé",
    )
    log = fields.table(
        LogRetentionSchema,
        "ouvrez [retention.log] et écrivez days, from, at_latest : "
        "la CNIL recommande six à douze mois",
    )
    archives = fields.table(
        ArchivesSchema,
        "ouvrez [retention.archives] et écrivez status, puis reference : "
        "des archives publiques ne se détruisent pas sans visa",
    )
