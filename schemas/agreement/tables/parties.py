"""Who is bound, and by which instructions."""

from schemas.agreement import fields
from schemas.agreement.document import Instruction, Party


class PartySchema(fields.ClosedSchema):
    """``[[parties]]``."""

    value_type = Party

    id = fields.identifier()
    name = fields.line("écrivez le nom de l'organisme")
    role = fields.choice(
        "controller",
        "processor",
        "sub-processor",
        "recipient",
        hint="écrivez controller (responsable du traitement), processor (sous-traitant), "
        "sub-processor (sous-traitant ultérieur) ou recipient (destinataire)",
    )
    country = fields.country()
    contact = fields.mail()
    dpo_name = fields.line(
        "écrivez le nom du délégué à la protection des données, ou de qui répond à sa place"
    )
    dpo_contact = fields.mail()


class InstructionSchema(fields.ClosedSchema):
    """``[[instructions]]``."""

    value_type = Instruction

    id = fields.identifier()
    author = fields.line("écrivez qui a donné l'instruction")
    given_on = fields.day("écrivez le jour où l'instruction a été donnée", key="date")
    text = fields.paragraph("recopiez le texte de l'instruction, 4 000 caractères au plus")
    ended_on = fields.day("écrivez le jour où l'instruction prend fin", required=False)
