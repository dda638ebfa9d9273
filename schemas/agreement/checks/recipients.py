"""A recipient is proven before anything is sent to it."""

from collections.abc import Iterator
from typing import Final

from schemas.agreement.document import Agreement, Recipient
from schemas.agreement.problems import Problem
from schemas.agreement.recipient_key import is_classical, recipient_fingerprint

# The European Economic Area: the twenty-seven, Iceland, Liechtenstein and Norway; and the parts
# of the Union that have an ISO 3166 code of their own (TFEU article 349, and Åland).
_EEA: Final = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"}
    | {"IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
    | {"IS", "LI", "NO"}
    | {"AX", "GF", "GP", "MF", "MQ", "RE", "YT"}
)


def recipient_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse a key that is not the one that was read out, and a reader out of bounds."""
    keys = [recipient.encryption_key for recipient in agreement.recipients]
    for index, recipient in enumerate(agreement.recipients):
        path = f"recipients[{index}]"
        yield from _key(path, recipient)
        yield from _view(path, recipient)
        if keys.index(recipient.encryption_key) != index:
            sentence = (
                f"cette clé est déjà celle de recipients[{keys.index(recipient.encryption_key)}] : "
                "demandez à chaque destinataire la sienne"
            )
            yield Problem(f"{path}.encryption_key", sentence)
        if recipient.country not in _EEA and recipient.transfer_instruction is None:
            sentence = (
                "ce pays est hors de l'Espace économique européen : écrivez l'identifiant de "
                "l'instruction qui ordonne ce transfert (RGPD, chapitre V)"
            )
            yield Problem(f"{path}.transfer_instruction", sentence)


def _view(path: str, recipient: Recipient) -> Iterator[Problem]:
    is_pseudonymised = recipient.view == "pseudonymised"
    if is_pseudonymised and recipient.view_instruction is None:
        sentence = "écrivez l'identifiant de l'instruction qui ordonne la vue pseudonymisée"
        yield Problem(f"{path}.view_instruction", sentence)
    if not is_pseudonymised and recipient.view_instruction is not None:
        sentence = 'cette clé ne va que pour view = "pseudonymised" : retirez-la'
        yield Problem(f"{path}.view_instruction", sentence)
    if is_pseudonymised and recipient.reference_instruction is not None:
        sentence = "la vue pseudonymisée porte toujours la référence : retirez cette clé"
        yield Problem(f"{path}.reference_instruction", sentence)


def _key(path: str, recipient: Recipient) -> Iterator[Problem]:
    if recipient.fingerprint != recipient_fingerprint(recipient.encryption_key):
        # The right fingerprint is not said: copied from here, it would prove nothing.
        sentence = (
            "cette empreinte n'est pas celle de encryption_key : n'envoyez rien, et reprenez avec "
            "le destinataire, par un autre canal, la clé et son empreinte"
        )
        yield Problem(f"{path}.fingerprint", sentence)
    if is_classical(recipient.encryption_key) and recipient.classical_reason is None:
        sentence = (
            "la clé n'est pas post-quantique : demandez une clé age1pq1… (age 1.3 ou plus récent), "
            "ou écrivez pourquoi le destinataire ne peut pas en avoir"
        )
        yield Problem(f"{path}.classical_reason", sentence)
