"""Approving an agreement: a detached signature over the exact bytes of its file.

Whoever approves (the data protection officer) signs each version before it comes into force.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from exchange.errors import RefusedError
from keys.durable_files import write_new
from keys.errors import InvalidSignatureError
from keys.seal import Certificate, VerifiedSignature, load_certificate, self_signed, verify_detached
from schemas.agreement import Agreement

_VALIDITY: Final = timedelta(days=5 * 365)


class UnapprovedError(RefusedError):
    """The agreement is not approved by whoever must."""


@dataclass(frozen=True, slots=True)
class Approver:
    """The certificate of whoever approves, and where it lies."""

    certificate: Certificate
    certificate_path: Path


def approver_of(agreement: Agreement, in_force: Agreement | None) -> Certificate | None:
    """Give the certificate that must sign an agreement; ``None`` when nobody approves.

    It is that of the version in force, so that a change of approver, or its removal, is
    signed by the former one; a file names its own approver only where there was none.
    """
    for asked in (in_force, agreement):
        if asked is not None and asked.approver_certificate is not None:
            return load_certificate(asked.approver_certificate.encode())
    return None


def require_approved(
    data: bytes, approval: bytes | None, approver: Certificate | None
) -> VerifiedSignature | None:
    """Verify the approval of an agreement file before it comes into force.

    Properties that hold:

    1. where somebody approves (``approver_of``), nothing comes into force unsigned;
    2. the signature is over the exact bytes of the file: its version rises with each file,
       so that no former approval serves again;
    3. it is by the pinned certificate, and was made within its validity
       (``keys.seal.verify_detached``);
    4. a signature that nobody asked for is refused rather than kept unverified.

    Gives the verified signature, ``None`` when nobody approves. Raises ``UnapprovedError``.
    """
    if approver is None:
        if approval is not None:  # (4)
            raise UnapprovedError(
                "cette convention ne nomme personne qui l'approuve",
                "écrivez approver_certificate dans le fichier, ou chargez-le sans --approval",
            )
        return None
    if approval is None:  # (1)
        raise UnapprovedError(
            f"cette convention doit être approuvée par {approver.subject}",
            "demandez-lui la signature : spie-exchange agreement approve FICHIER.toml, puis "
            "agreement load FICHIER.toml --approval FICHIER.toml.p7s",
        )
    try:
        return verify_detached(approval, data, approver)  # (2) (3)
    except InvalidSignatureError:
        raise UnapprovedError(
            f"cette signature n'est pas celle de {approver.subject} sur ce fichier exact",
            "chaque version se signe telle qu'elle est chargée, octet pour octet : montrez-lui "
            "ce qui change (agreement diff FICHIER.toml), puis demandez-lui de signer",
        ) from None


def create_approver(folder: Path, name: str, now: datetime, *, trial: bool) -> Approver:
    """Draw the key of whoever approves, readable by its owner only, with its certificate.

    ``approver-key.pem`` stays; ``approver-cert.pem`` goes into the agreement. A trial's
    certificate is valid from 2020 to 2040. Raises ``FileExistsError`` when there is a key.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = self_signed(name) if trial else self_signed(name, now, now + _VALIDITY)
    write_new(folder / "approver-key.pem", key.private_key_pem())
    path = folder / "approver-cert.pem"
    write_new(path, key.certificate.pem)
    return Approver(key.certificate, path)
