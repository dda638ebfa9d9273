"""Who receives a survey, and how their key was checked."""

from typing import Final

from schemas.agreement import fields
from schemas.agreement.document import Recipient
from schemas.agreement.recipient_key import has_fingerprint_form, has_key_form

_FINGERPRINT_HINT: Final = (
    "écrivez l'empreinte que le destinataire vous a lue de vive voix : "
    "huit groupes de quatre chiffres hexadécimaux en minuscules"
)
_UNVERIFIED: Final = (
    "l'empreinte n'est pas vérifiée : faites-la lire par le destinataire, par un autre canal que "
    "celui de la clé, puis écrivez "
)


class RecipientSchema(fields.ClosedSchema):
    """``[[recipients]]``."""

    value_type = Recipient

    id = fields.identifier()
    name = fields.line("écrivez le nom de l'organisme destinataire")
    country = fields.country()
    contact = fields.mail()
    encryption_key = fields.text_where(
        "écrivez la clé publique age du destinataire (age1pq1… ou age1…), jamais sa clé secrète",
        has_key_form,
    )
    fingerprint = fields.text_where(_FINGERPRINT_HINT, has_fingerprint_form)
    fingerprint_checked_by = fields.line(f"{_UNVERIFIED}le nom de la personne qui l'a vérifiée")
    fingerprint_checked_on = fields.day(f"{_UNVERIFIED}quand")
    receipt_certificate = fields.certificate(
        "collez entre trois guillemets le certificat PEM dont le destinataire signe ses accusés "
        "(de BEGIN CERTIFICATE à END CERTIFICATE), jamais sa clé privée"
    )
    view = fields.choice(
        "nominative",
        "pseudonymised",
        hint="écrivez nominative (les huit données, pour contacter) ou pseudonymised (référence, "
        "tranche d'âge, département, mois d'entrée, pour analyser)",
    )
    reference_instruction = fields.identifier(required=False)
    view_instruction = fields.identifier(required=False)
    classical_reason = fields.line(
        "écrivez pourquoi le destinataire ne peut pas avoir de clé post-quantique", required=False
    )
    transfer_instruction = fields.identifier(required=False)
    ended_on = fields.day("écrivez le jour où il cesse d'être destinataire", required=False)
