"""Reading the notice that a sender puts in the place of a package it took back."""

from exchange.packages.errors import UnacceptablePackageError
from keys.errors import InvalidSignatureError
from keys.seal import Certificate, require_own_form, verify_enveloping
from schemas.withdrawal import WithdrawalFormError, WithdrawalNotice, read_withdrawal


def open_notice(data: bytes, sender: Certificate) -> WithdrawalNotice:
    """Read a signed notice: verified with the sender's pinned certificate before it is parsed.

    Raises ``UnacceptablePackageError``.
    """
    try:
        content, verified = verify_enveloping(data, sender)
        require_own_form(data, content, verified)
        return read_withdrawal(content)
    except (InvalidSignatureError, WithdrawalFormError):
        raise UnacceptablePackageError(
            "cet avis est altéré, ou n'est pas signé par l'expéditeur attendu",
            "appelez le Département",
        ) from None
