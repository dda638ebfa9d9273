"""Who calls: from what was shown to an account that stands, or a denial with its reason.

Properties that hold:

1. A wrong proof is told nothing but that it proves nothing: not whether its id exists, is
   revoked, has expired or is locked.
2. After ten wrong proofs in a row, no proof of the credential is taken for fifteen minutes, and
   a wrong one leaves no trace here: a flood of them writes nothing.
3. A revoked or expired credential, or one of an account that ended, proves nothing from the
   next request on: nothing is remembered between two requests.
4. Without a recorded commitment to confidentiality an account may do nothing.
5. Of a token and a certificate shown together neither is done without: both stand, both are of
   one account, and only what both may do is allowed.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from exchange.accounts.account import Account
from exchange.accounts.credentials import FAILURES_ALLOWED, LOCKED_FOR, Credential, Presented
from exchange.accounts.register import Work
from exchange.accounts.rights import RIGHTS_OF, Right
from exchange.audit.events import EventKind, Outcome
from exchange.errors import RefusedError, RetryLaterError
from exchange.transactions import Store

_USE_NOTED_EVERY: Final = timedelta(minutes=1)
"""A use is written at most so often: reading costs no write."""


class CallerStore(Store[Work], Protocol):
    """Where transactions come from, which one may do without."""

    def begin(self, *, patiently: bool = True) -> AbstractContextManager[Work]:
        """Open a transaction that commits when it ends well.

        Unless ``patiently``, raises ``RetryLaterError`` rather than wait for who writes for long.
        """
        ...


class Denial(StrEnum):
    """Why a call is denied, as the log says it."""

    NOTHING_SHOWN = "nothing-shown"
    UNKNOWN = "unknown"
    WRONG = "wrong"
    LOCKED = "locked"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "account-ended"
    UNCOMMITTED = "uncommitted"
    ROLE = "role"
    SCOPE = "scope"
    NOT_THEIRS = "not-theirs"
    OF_TWO_ACCOUNTS = "of-two-accounts"


_SENTENCES: Final = {
    Denial.NOTHING_SHOWN: (
        "aucun justificatif n'est présenté",
        "envoyez l'en-tête « Authorization: Bearer JETON », ou présentez un certificat client "
        "là où le service les admet",
    ),
    Denial.LOCKED: (
        "ce justificatif est bloqué après trop d'essais",
        "attendez un quart d'heure, ou demandez un autre jeton à l'administrateur",
    ),
    Denial.REVOKED: (
        "ce justificatif a été révoqué",
        "demandez-en un autre à l'administrateur du service",
    ),
    Denial.EXPIRED: (
        "ce justificatif a expiré",
        "demandez-en un autre à l'administrateur du service",
    ),
    Denial.ENDED: (
        "ce compte a pris fin",
        "adressez-vous à l'administrateur du service",
    ),
    Denial.UNCOMMITTED: (
        "aucun engagement de confidentialité n'est enregistré pour ce compte",
        "remettez-le signé à l'administrateur, qui l'enregistre : spie-exchange account commit",
    ),
    Denial.ROLE: (
        "le rôle de ce compte ne permet pas cette demande",
        "adressez-vous à qui tient ce rôle : les tâches sont séparées",
    ),
    Denial.SCOPE: (
        "ce justificatif a été restreint et ne permet pas cette demande",
        "demandez un justificatif qui porte ce droit",
    ),
    Denial.OF_TWO_ACCOUNTS: (
        "le jeton et le certificat présentés ne sont pas du même compte",
        "présentez l'un des deux seulement, ou ceux d'un même compte",
    ),
}
_PROVES_NOTHING: Final = (
    "ce justificatif ne prouve rien",
    "vérifiez le jeton ou le certificat ; s'il est perdu, demandez-en un autre à l'administrateur",
)
_MAY_NOT: Final = frozenset({Denial.UNCOMMITTED, Denial.ROLE, Denial.SCOPE, Denial.NOT_THEIRS})


class DeniedError(RefusedError):
    """A call that is denied. ``account_id`` and ``credential_id`` are what is known of it."""

    def __init__(self, denial: Denial, account_id: str = "", credential_id: str = "") -> None:
        """Say what may be said of it."""
        super().__init__(*_SENTENCES.get(denial, _PROVES_NOTHING))
        self.denial = denial
        self.account_id = account_id
        self.credential_id = credential_id

    @property
    def is_of_somebody_known(self) -> bool:
        """Whether who called was proven, and may not do what was asked."""
        return self.denial in _MAY_NOT


@dataclass(frozen=True, slots=True)
class Identified:
    """An account that proved who it is, by one credential, or by two that were shown together."""

    account: Account
    credentials: tuple[Credential, ...]

    @property
    def credential_id(self) -> str:
        """The ids of what proved it, as the log names them."""
        return "+".join(credential.credential_id for credential in self.credentials)

    def require(self, right: Right) -> None:
        """Raise ``DeniedError`` unless account and credential have a right."""
        if not self.account.is_committed:
            raise self.denied(Denial.UNCOMMITTED)
        if right not in RIGHTS_OF[self.account.role]:
            raise self.denied(Denial.ROLE)
        for credential in self.credentials:  # (5)
            if credential.rights and right not in credential.rights:
                raise self.denied(Denial.SCOPE)

    def denied(self, denial: Denial) -> DeniedError:
        """Give the denial of something to who was proven."""
        return DeniedError(denial, self.account.account_id, self.credential_id)


def authenticate(store: CallerStore, shown: Sequence[Presented], now: datetime) -> Identified:
    """Find the account that all that was shown proves. Raises ``DeniedError``."""
    if not shown:
        raise DeniedError(Denial.NOTHING_SHOWN)
    proven = [_proven(store, presented, now) for presented in shown]
    identified = Identified(proven[0][0], tuple(credential for _, credential in proven))
    if any(account.account_id != identified.account.account_id for account, _ in proven):  # (5)
        raise identified.denied(Denial.OF_TWO_ACCOUNTS)
    return identified


def _proven(store: CallerStore, presented: Presented, now: datetime) -> tuple[Account, Credential]:
    with store.read() as work:
        credential = _found(work, presented)
        account = None if credential is None else work.accounts.get(credential.account_id)
    if credential is None or account is None:
        raise DeniedError(Denial.UNKNOWN)
    if not credential.is_proven_by(presented.digest):
        if not _is_locked(credential, now):
            _count_failure(store, credential, now)
        raise DeniedError(Denial.WRONG, account.account_id, credential.credential_id)
    if (denial := _fallen(account, credential, now)) is not None:
        raise DeniedError(denial, account.account_id, credential.credential_id)
    _note_use(store, credential, now)
    return account, credential


def _found(work: Work, presented: Presented) -> Credential | None:
    if presented.credential_id:
        return work.credentials.get(presented.credential_id)
    return work.credentials.with_digest(presented.digest)


def _fallen(account: Account, credential: Credential, now: datetime) -> Denial | None:
    if _is_locked(credential, now):
        return Denial.LOCKED
    if credential.revoked_at is not None:
        return Denial.REVOKED
    if now >= credential.expires_at:
        return Denial.EXPIRED
    if account.ended_at is not None:
        return Denial.ENDED
    return None


def _is_locked(credential: Credential, now: datetime) -> bool:
    return credential.locked_until is not None and now < credential.locked_until


def _count_failure(store: Store[Work], credential: Credential, now: datetime) -> None:
    with store.begin() as work:
        failures = work.credentials.count_failure(credential.credential_id)
        if failures < FAILURES_ALLOWED:
            return
        work.credentials.lock(credential.credential_id, now + LOCKED_FOR)
        work.evidence.record(
            EventKind.CREDENTIAL_LOCKED,
            Outcome.DONE,
            subject=credential.account_id,
            credential=credential.credential_id,
            failures=failures,
        )


def _note_use(store: CallerStore, credential: Credential, now: datetime) -> None:
    last = credential.last_used_at
    if credential.failures or last is None or now - last >= _USE_NOTED_EVERY:
        # Whoever reads is not kept out by who writes for long.
        with suppress(RetryLaterError), store.begin(patiently=False) as work:
            work.credentials.note_use(credential.credential_id, now)
