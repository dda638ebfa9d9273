"""The register of accounts: who may call, since which commitment, with which proofs.

What is never kept is a token: it is shown once, to whoever made it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from exchange.accounts.account import Account, Role, is_account_id
from exchange.accounts.credentials import (
    LONGEST_LIFE,
    Credential,
    CredentialKind,
    certificate_digest,
    new_credential_id,
    new_token,
)
from exchange.accounts.rights import RIGHTS_OF, Right
from exchange.audit.events import EventKind, Outcome, instant_text
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.transactions import Evidenced, Store
from keys.seal import Certificate
from schemas.agreement import Agreement


class AccountRows(Protocol):
    """What the register needs of the database, inside a transaction."""

    def get(self, account_id: str) -> Account | None:
        """Give an account."""
        ...

    def all(self) -> Sequence[Account]:
        """Give the accounts, by id."""
        ...

    def add(self, account: Account) -> bool:
        """Keep a new account; tell whether its id was free."""
        ...

    def change(self, account: Account) -> bool:
        """Keep what became of an account; tell whether it had not ended."""
        ...


class CredentialRows(Protocol):
    """What the register needs of the database, inside a transaction."""

    def get(self, credential_id: str) -> Credential | None:
        """Give a credential."""
        ...

    def with_digest(self, digest: bytes) -> Credential | None:
        """Give the credential that has a digest."""
        ...

    def of(self, account_id: str) -> Sequence[Credential]:
        """Give the credentials of an account, oldest first."""
        ...

    def add(self, credential: Credential) -> bool:
        """Keep a new credential; tell whether its digest was nobody's."""
        ...

    def prolong(self, credential: Credential) -> None:
        """Keep until when a credential holds from now on, and with which rights."""
        ...

    def revoke(self, credential_id: str, at: datetime) -> None:
        """Mark a credential as revoked, unless it is already."""
        ...

    def count_failure(self, credential_id: str) -> int:
        """Count one more wrong proof; give how many there are since the last right one."""
        ...

    def lock(self, credential_id: str, until: datetime) -> None:
        """Take no proof until then, and count anew."""
        ...

    def note_use(self, credential_id: str, at: datetime) -> None:
        """Keep when a credential was last used; no wrong proof counts any longer."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def accounts(self) -> AccountRows:
        """The accounts."""
        ...

    @property
    def credentials(self) -> CredentialRows:
        """Their credentials."""
        ...


@dataclass(frozen=True, slots=True)
class AccountRegister:
    """What keeping the register needs."""

    store: Store[Work]
    clock: Clock

    def create(
        self, account_id: str, role: Role, agreement: Agreement | None, recipient_id: str
    ) -> Account:
        """Create an account; a recipient's is for one recipient of one agreement.

        Raises ``RefusedError`` on an id that was ever used, or a recipient that is none.
        """
        _require_name(account_id)
        _require_recipient(role, agreement, recipient_id)
        agreement_id = agreement.id if agreement is not None and recipient_id else ""
        account = Account(account_id, role, agreement_id, recipient_id, self.clock.now())
        with self.store.begin() as work:
            if not work.accounts.add(account):
                raise RefusedError(
                    f"le compte {account_id} existe, ou a existé",
                    "choisissez un autre nom : un nom ne sert qu'une fois, le journal s'y fie",
                )
            details = {"agreement": agreement_id, "recipient": recipient_id} if recipient_id else {}
            work.evidence.record(
                EventKind.ACCOUNT_CREATED, Outcome.DONE, subject=account_id, role=role, **details
            )
        return account

    def commit(self, account_id: str, document_digest: str) -> Account:
        """Record the commitment to confidentiality of who holds an account.

        ``document_digest`` is the SHA-256, in hex, of the document that was signed.
        """
        with self.store.begin() as work:
            account = _standing(work, account_id)
            committed = replace(
                account, commitment_digest=document_digest, committed_at=self.clock.now()
            )
            _change(work, committed)
            work.evidence.record(
                EventKind.ACCOUNT_COMMITTED,
                Outcome.DONE,
                subject=account_id,
                document=document_digest,
            )
        return committed

    def end(self, account_id: str) -> Account:
        """End an account for good: none of its credentials proves anything any longer."""
        with self.store.begin() as work:
            ended = replace(_standing(work, account_id), ended_at=self.clock.now())
            _change(work, ended)
            work.evidence.record(EventKind.ACCOUNT_ENDED, Outcome.DONE, subject=account_id)
        return ended

    def issue_token(
        self, account_id: str, rights: Collection[Right], expires_at: datetime
    ) -> tuple[str, Credential]:
        """Make a token; its text is given here and can never be given again."""
        text, presented = new_token()
        token = Credential(
            credential_id=presented.credential_id,
            account_id=account_id,
            kind=CredentialKind.TOKEN,
            digest=presented.digest,
            rights=frozenset(rights),
            created_at=self.clock.now(),
            expires_at=expires_at,
        )
        return text, self._issue(token)

    def trust_certificate(
        self,
        account_id: str,
        certificate: Certificate,
        rights: Collection[Right],
        expires_at: datetime | None,
    ) -> Credential:
        """Take a client certificate, by the SHA-256 of its DER, as a proof of an account.

        It proves nothing after its own end, whatever ``expires_at`` is. One that already is a
        proof of that account is taken for longer, or for other rights.
        """
        trusted = Credential(
            credential_id=new_credential_id(),
            account_id=account_id,
            kind=CredentialKind.CERTIFICATE,
            digest=certificate_digest(certificate.der),
            rights=frozenset(rights),
            created_at=self.clock.now(),
            expires_at=min(expires_at or certificate.not_after, certificate.not_after),
        )
        return self._issue(trusted, certificate=certificate.fingerprint)

    def revoke(self, credential_id: str) -> Credential:
        """Revoke a credential: the next request that shows it is denied."""
        with self.store.begin() as work:
            credential = work.credentials.get(credential_id)
            if credential is None:
                raise RefusedError(
                    f"aucun justificatif ne porte l'identifiant {credential_id}",
                    "la liste : spie-exchange account show COMPTE",
                )
            if credential.revoked_at is not None:
                return credential
            work.credentials.revoke(credential_id, self.clock.now())
            work.evidence.record(
                EventKind.CREDENTIAL_REVOKED,
                Outcome.DONE,
                subject=credential.account_id,
                credential=credential_id,
            )
        return credential

    def _issue(self, credential: Credential, **details: str) -> Credential:
        _require_life(credential.created_at, credential.expires_at)
        with self.store.begin() as work:
            _require_rights(_standing(work, credential.account_id), credential.rights)
            kept = _keep(work, credential)
            work.evidence.record(
                EventKind.CREDENTIAL_ISSUED,
                Outcome.DONE,
                subject=kept.account_id,
                credential=kept.credential_id,
                credential_kind=kept.kind,
                rights=tuple(sorted(kept.rights)),
                expires=instant_text(kept.expires_at),
                **details,
            )
        return kept


def _standing(work: Work, account_id: str) -> Account:
    account = work.accounts.get(account_id)
    if account is None:
        raise RefusedError(
            f"il n'y a pas de compte {account_id}", "la liste : spie-exchange account list"
        )
    if account.ended_at is not None:
        raise _has_ended(account)
    return account


def _change(work: Work, account: Account) -> None:
    if not work.accounts.change(account):  # ended meanwhile
        raise _has_ended(account)


def _has_ended(account: Account) -> RefusedError:
    return RefusedError(
        f"le compte {account.account_id} a pris fin",
        "créez-en un autre : spie-exchange account create",
    )


def _keep(work: Work, credential: Credential) -> Credential:
    """Add a credential, or prolong the one that it is again; give what is kept."""
    known = work.credentials.with_digest(credential.digest)
    if known is None and work.credentials.add(credential):
        return credential
    if known is None or known.account_id != credential.account_id or known.revoked_at is not None:
        raise RefusedError(
            "ce certificat est déjà celui d'un autre compte, ou a été révoqué",
            "un certificat désigne un seul compte et, révoqué, ne revient pas : demandez-en un "
            "autre",
        )
    prolonged = replace(known, rights=credential.rights, expires_at=credential.expires_at)
    work.credentials.prolong(prolonged)
    return prolonged


def _require_name(account_id: str) -> None:
    if not is_account_id(account_id):
        raise RefusedError(
            "ce nom ne peut pas être celui d'un compte",
            "2 à 40 minuscules sans accent, chiffres et tirets, une lettre d'abord ; jamais le "
            "nom d'une personne : il reste dans le journal",
        )


def _require_recipient(role: Role, agreement: Agreement | None, recipient_id: str) -> None:
    if (role is Role.RECIPIENT) != bool(recipient_id):
        raise RefusedError(
            "un compte de destinataire, et lui seul, dit de quel destinataire il est",
            "donnez --recipient avec --role recipient, et seulement alors",
        )
    if recipient_id and (
        agreement is None or recipient_id not in {one.id for one in agreement.recipients}
    ):
        raise RefusedError(
            f"la convention ne désigne aucun destinataire {recipient_id}",
            "ses destinataires : spie-exchange agreement show",
        )


def _require_life(now: datetime, expires_at: datetime) -> None:
    if not now < expires_at <= now + LONGEST_LIFE:
        raise RefusedError(
            f"la fin de validité n'est pas dans les {LONGEST_LIFE.days} jours qui viennent",
            "donnez --expires-on AAAA-MM-JJ : un justificatif se renouvelle au moins chaque année",
        )


def _require_rights(account: Account, rights: frozenset[Right]) -> None:
    if foreign := rights - RIGHTS_OF[account.role]:
        raise RefusedError(
            f"le rôle {account.role} n'a pas ce droit : {', '.join(sorted(foreign))}",
            "ses droits : spie-exchange account roles",
        )
