"""The whole file."""

from typing import Final

from schemas.agreement import fields
from schemas.agreement.document import InformationNotice
from schemas.agreement.formats import NEWEST
from schemas.agreement.tables.deadlines import DeadlineSchema, PeriodSchema
from schemas.agreement.tables.parties import InstructionSchema, PartySchema
from schemas.agreement.tables.recipients import RecipientSchema
from schemas.agreement.tables.retention import RetentionSchema
from schemas.annex_e import COLUMNS


class InformationNoticeSchema(fields.ClosedSchema):
    """``[information_notice]``."""

    value_type = InformationNotice

    version = fields.line("écrivez la version du texte qui informe les personnes")
    date = fields.day("écrivez le jour de ce texte")


class ColumnsSchema(fields.ClosedSchema):
    """``[columns]``: exactly the eight columns of Annexe E."""

    error_messages = {  # noqa: RUF012 -- marshmallow merges this very attribute, a plain dict
        "unknown": "cette colonne n'est pas dans l'annexe E, elle ne peut pas être transmise : "
        "retirez-la",
    }


_LocalColumnsSchema: Final = ColumnsSchema.from_dict(
    {name: fields.line("écrivez le nom de cette colonne dans le fichier local") for name in COLUMNS}
)


class AgreementSchema(fields.ClosedSchema):
    """The whole file."""

    format = fields.whole_number(
        NEWEST, NEWEST, f"écrivez format = {NEWEST}, le seul que cette version sache écrire"
    )
    id = fields.identifier()
    version = fields.whole_number(1, 9_999, "écrivez un numéro de version : 1, puis 2, puis 3…")
    title = fields.line("écrivez le titre de la convention")
    role = fields.choice(
        "controller",
        "processor",
        hint="écrivez le rôle du Département : controller (responsable du traitement) ou "
        "processor (sous-traitant)",
    )
    processing_ends = fields.day("écrivez le dernier jour où traiter les données est permis")
    refusal_threshold_percent = fields.whole_number(
        0, 100, "écrivez un nombre entier de 0 à 100 : au-delà, un fichier est refusé en entier"
    )
    territory_postcodes = fields.postcode_prefixes(
        'écrivez la liste des débuts de codes postaux du territoire, par exemple ["62"] ; '
        "une liste vide n'en vérifie aucun"
    )
    local_key = fields.line(
        "écrivez le nom de la colonne locale qui désigne une personne", required=False
    )
    import_mode = fields.choice(
        "complement",
        "liste-complete",
        hint="écrivez complement (un fichier ajoute des personnes et en met à jour) ou "
        "liste-complete (un fichier les liste toutes)",
    )
    max_absent = fields.whole_number(
        0,
        9_999_999,
        "écrivez combien de personnes connues peuvent manquer dans une liste complète : "
        "au-delà, elle est refusée en entier",
        required=False,
    )
    approver_certificate = fields.certificate(
        "collez entre trois guillemets le certificat PEM de qui approuve la convention "
        "(de BEGIN CERTIFICATE à END CERTIFICATE), jamais sa clé privée",
        required=False,
    )
    four_eyes = fields.yes_or_no(
        "écrivez true (rien ne part sans l'approbation d'un second compte) ou false, sans "
        "guillemets",
        required=False,
    )
    actions = fields.table(PeriodSchema, "ouvrez [actions] et écrivez start et end")
    information_notice = fields.table(
        InformationNoticeSchema, "ouvrez [information_notice] et écrivez version et date"
    )
    parties = fields.tables(PartySchema, "ouvrez une table [[parties]] par organisme")
    instructions = fields.tables(
        InstructionSchema, "ouvrez une table [[instructions]] par instruction écrite"
    )
    deadlines = fields.tables(DeadlineSchema, "ouvrez une table [[deadlines]] par échéance")
    recipients = fields.tables(RecipientSchema, "ouvrez une table [[recipients]] par destinataire")
    retention = fields.table(
        RetentionSchema,
        "ouvrez [retention.records], [retention.packages], [retention.log] et "
        "[retention.archives] : la convention doit dire combien de temps tout est gardé",
    )
    columns = fields.table(
        _LocalColumnsSchema, "ouvrez [columns] et écrivez une ligne par donnée de l'annexe E"
    )
