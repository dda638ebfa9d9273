"""What is owed, and when."""

from schemas.agreement import fields
from schemas.agreement.document import Deadline, Period


class PeriodSchema(fields.ClosedSchema):
    """``[actions]``."""

    value_type = Period

    start = fields.day("écrivez le premier jour des actions cofinancées")
    end = fields.day("écrivez le dernier jour des actions cofinancées")


class DeadlineSchema(fields.ClosedSchema):
    """``[[deadlines]]``."""

    value_type = Deadline

    id = fields.identifier()
    label = fields.line("écrivez ce qui est remis, en quelques mots")
    kind = fields.choice(
        "survey",
        "indicators",
        "report",
        hint="écrivez survey (données d'enquête), indicators (indicateurs) ou report (bilan)",
    )
    cut_off = fields.day("écrivez le jour auquel les données sont arrêtées")
    send_from = fields.day("écrivez le premier jour où l'envoi est permis")
    send_by = fields.day("écrivez le jour où l'envoi part au plus tard")
    due = fields.day("écrivez l'échéance de la convention")
    if_undeclared = fields.choice(
        "send",
        "hold",
        hint="écrivez ce qu'il faut faire si personne n'a déclaré les données prêtes : "
        "send (envoyer le jour de send_by) ou hold (retenir)",
    )
    instruction = fields.identifier()
    content = fields.choice(
        "all",
        "not_yet_sent",
        hint="écrivez ce que porte cet envoi : all (toutes les personnes arrêtées à cette date) "
        "ou not_yet_sent (celles qu'une échéance précédente n'a pas envoyées à ce destinataire)",
        required=False,
    )
    recipients = fields.identifiers("écrivez la liste des identifiants des destinataires")
