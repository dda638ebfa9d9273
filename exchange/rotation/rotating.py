"""Renewing one key, whichever can be.

Properties that hold:

1. only a key that is there and can be renewed is: one that was destroyed stays destroyed;
2. the intent is in the evidence before the key changes; where the key has a public half,
   the intent names it;
3. what the older versions sealed or signed is still opened or verified with them;
4. the key changes in one step: the keyring file is replaced as a whole, and the master key
   as ``Keyring.destroy`` says; a crash leaves the old key or the new one;
5. the first checkpoint signed by a new key of the log is signed by every key since the one
   that signed the last too, over a tree that holds (2): whoever signs next, in whatever
   process, does it (``LogKeys.handed_over``);
6. the key changes inside a transaction, which its claims fence: a command that lost one of
   them changes no key, and nobody takes one over meanwhile;
7. an intent has an outcome: a failure leaves one, an interruption gets it from the renewal
   that follows. It names the key of the intent; the keyring says which is in use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from exchange.audit.events import DetailValue, EventKind, Outcome, read_event
from exchange.audit.log import EvidenceRows
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.rotation.uses import KEY_USES, KeyName, KeyUse
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.notes import NoteSigner


class Work(Evidenced, Protocol):
    """A transaction as a renewal sees it."""

    @property
    def evidence_rows(self) -> EvidenceRows:
        """The evidence as it lies in the database."""
        ...


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """What renewing a key would do; ``scope`` is the agreement or domain it serves."""

    name: KeyName
    scope: str
    current: str
    use: KeyUse


@dataclass(frozen=True, slots=True)
class Rotated:
    """A renewed key by its new name. ``checkpoint`` is signed by the new key of the log."""

    key: str
    checkpoint: str = ""


@dataclass(frozen=True, slots=True)
class KeyRotator:
    """What renewing needs. ``sign_checkpoint`` signs the head of the log called ``origin``."""

    store: Store[Work]
    keyring: Keyring
    clock: Clock
    origin: str
    sign_checkpoint: Callable[[], str]

    def plan(self, text: str) -> RotationPlan:
        """Say what renewing a key would do: ``records/spie-62``, ``checkpoint``.

        Raises ``RefusedError``, left in the evidence, for a key that is not renewed here.
        """
        try:
            return self._plan(*_parsed(text))
        except RefusedError as refused:
            with self.store.begin() as work:
                work.evidence.record(
                    EventKind.KEY_ROTATION_REFUSED,
                    Outcome.REFUSED,
                    subject="key",
                    why=refused.message,
                )
            raise

    def rotate(self, text: str) -> Rotated:
        """Renew a key. To be called while every agreement is claimed, ``store`` fenced by all."""
        plan = self.plan(text)  # (1)
        match plan.name:
            case KeyName.MASTER:
                return self._change(plan, self.keyring.replace_master_key)
            case KeyName.CHECKPOINT:
                return self._rotate_log_key(plan)
            case _:
                return self._add_version(plan)

    def _plan(self, name: KeyName, scope: str) -> RotationPlan:
        use = KEY_USES[name]
        if use.instead:
            raise RefusedError(
                f"la clé « {name} » ne se renouvelle pas ici : {use.renewal}", use.instead
            )
        if name is KeyName.MASTER:
            return RotationPlan(name, name, self.keyring.master_key_id, use)
        purpose = KeyPurpose(name)
        scopes = {entry.key_id.scope for entry in self.keyring.entries_for(purpose)}
        if not scope and len(scopes) == 1:
            (scope,) = scopes
        current = self.keyring.latest(purpose, scope)
        if current is None:
            raise RefusedError(
                "il n'y a pas de clé de ce nom, ou plus", "voyez-les : spie-exchange keys list"
            )
        return RotationPlan(name, scope, str(current), use)

    def _add_version(self, plan: RotationPlan, material: bytes = b"", log_key: str = "") -> Rotated:
        purpose, now = KeyPurpose(plan.name), self.clock.now()
        add = partial(self.keyring.add, purpose, plan.scope, now, material)
        return self._change(plan, add, log_key)

    def _rotate_log_key(self, plan: RotationPlan) -> Rotated:
        signer = NoteSigner.generate(self.origin)
        added = self._add_version(plan, signer.private_key_der(), signer.verifier_key)
        return Rotated(added.key, self.sign_checkpoint())  # (5)

    def _change(
        self, plan: RotationPlan, change: Callable[[], object], log_key: str = ""
    ) -> Rotated:
        subject = f"{plan.name}/{plan.scope}"
        public = {"log_key": log_key} if log_key else {}
        with self.store.begin() as work:  # (2)
            _end_begun(work, why="interrompu")
            _record(work, Outcome.BEGUN, subject, key=plan.current, **public)
        try:
            with self.store.begin() as work:  # (6)
                key = str(change())  # (4)
                _record(work, Outcome.DONE, subject, key=key, **public)
        except BaseException as error:
            with self.store.begin() as work:  # (7)
                _end_begun(work, why=type(error).__name__)
            raise
        return Rotated(key)


def _end_begun(work: Work, why: str) -> None:  # (7)
    # An outcome may be there although its commit was not answered: then nothing has failed.
    stored = work.evidence_rows.scan(0)
    renewals = [one for one in stored if one.columns.kind == EventKind.KEY_ROTATED]
    if renewals and renewals[-1].columns.outcome == Outcome.BEGUN:
        intent = read_event(renewals[-1].data)
        named = {name: str(value) for name, value in intent.details.items()}
        _record(work, Outcome.FAILED, intent.columns.subject, why=why, **named)


def _record(
    work: Work, outcome: Outcome, subject: str, why: str = "", **details: DetailValue
) -> None:
    work.evidence.record(EventKind.KEY_ROTATED, outcome, subject=subject, why=why, **details)


def _parsed(text: str) -> tuple[KeyName, str]:
    name, _, scope = text.partition("/")
    try:
        return KeyName(name), scope
    except ValueError:
        raise RefusedError(
            "ce n'est pas le nom d'une clé", f"choisissez parmi : {', '.join(KeyName)}"
        ) from None
