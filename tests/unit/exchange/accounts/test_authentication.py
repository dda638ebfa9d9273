"""Who calls: each property that ``exchange.accounts.authentication`` numbers, by its number."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exchange.accounts import Right, Role
from exchange.accounts.authentication import Denial, DeniedError, Identified, authenticate
from exchange.accounts.credentials import (
    FAILURES_ALLOWED,
    LOCKED_FOR,
    Presented,
    certificate_digest,
    presented_token,
)
from exchange.accounts.register import AccountRegister
from exchange.actors import Actor
from exchange.audit.events import read_event
from exchange.audit.recording import EvidenceRecorder
from exchange.errors import RefusedError
from exchange.storage.database import Database
from exchange.storage.places import file_place
from keys.seal import self_signed

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_ONE_YEAR = timedelta(days=365)
_A_WHILE_SECONDS = 5


@dataclass
class _Watch:
    """A clock that a test sets."""

    instant: datetime = _NOON

    def now(self) -> datetime:
        return self.instant

    def wall(self) -> datetime:
        return self.instant


@dataclass(frozen=True)
class _Desk:
    """A register, and who calls it."""

    database: Database
    watch: _Watch
    register: AccountRegister

    def account(self, role: Role = Role.LOCAL_SYSTEM) -> str:
        name = f"compte-{role}"
        self.register.create(name, role, None, "")
        self.register.commit(name, "0" * 64)
        return name

    def token(self, account_id: str, *rights: Right) -> Presented:
        text, _ = self.register.issue_token(account_id, rights, _NOON + _ONE_YEAR)
        presented = presented_token(text)
        assert presented is not None
        return presented

    def certificate(self, account_id: str, *rights: Right, days: int = 365) -> Presented:
        certificate = self_signed("machine", _NOON, _NOON + timedelta(days=days)).certificate
        self.register.trust_certificate(account_id, certificate, rights, None)
        return Presented("", certificate_digest(certificate.der))

    def show(self, *presented: Presented) -> Identified:
        return authenticate(self.database, presented, self.watch.now())

    def denial_of(self, *presented: Presented) -> Denial:
        with pytest.raises(DeniedError) as denied:
            self.show(*presented)
        return denied.value.denial

    def kinds(self) -> list[str]:
        with self.database.read() as work:
            return [read_event(e.data).columns.kind for e in work.evidence_rows.scan(0)]


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[_Desk]:
    watch = _Watch()
    place = file_place(tmp_path / "accounts.sqlite3")
    database = Database(place, EvidenceRecorder(Actor(0, "root"), watch, trial=False))
    with database.upgrading():
        pass
    yield _Desk(database, watch, AccountRegister(database, watch))
    place.engine.dispose()


def test_a_token_proves_its_account(desk: _Desk) -> None:
    account_id = desk.account()

    identified = desk.show(desk.token(account_id))

    assert identified.account.account_id == account_id


def test_1_a_wrong_proof_is_told_the_same_whatever_its_id_is(desk: _Desk) -> None:
    standing, revoked = desk.token(desk.account()), desk.token("compte-local-system")
    desk.register.revoke(revoked.credential_id)
    wrongs = [
        replace(standing, digest=b"\0" * 32),
        replace(revoked, digest=b"\0" * 32),
        Presented("aaaaaaaa", b"\0" * 32),
    ]

    sentences = set()
    for wrong in wrongs:
        with pytest.raises(DeniedError) as denied:
            desk.show(wrong)
        sentences.add((denied.value.message, denied.value.hint))

    assert len(sentences) == 1


def test_2_after_ten_wrong_proofs_the_right_one_waits_a_quarter_of_an_hour(desk: _Desk) -> None:
    right = desk.token(desk.account())
    wrong = replace(right, digest=b"\0" * 32)

    for _ in range(FAILURES_ALLOWED):
        assert desk.denial_of(wrong) is Denial.WRONG
    during = desk.denial_of(right)
    desk.watch.instant += LOCKED_FOR

    assert during is Denial.LOCKED
    assert desk.show(right).credential_id == right.credential_id
    assert desk.kinds().count("credential.locked") == 1


def test_2_a_right_proof_forgets_the_wrong_ones_before_it(desk: _Desk) -> None:
    right = desk.token(desk.account())
    wrong = replace(right, digest=b"\0" * 32)

    for _ in range(3):
        for _ in range(FAILURES_ALLOWED - 1):
            desk.denial_of(wrong)
        desk.show(right)

    assert "credential.locked" not in desk.kinds()


def test_3_a_revoked_token_proves_nothing_from_the_next_request_on(desk: _Desk) -> None:
    token = desk.token(desk.account())
    desk.show(token)

    desk.register.revoke(token.credential_id)

    assert desk.denial_of(token) is Denial.REVOKED


def test_3_a_token_expires(desk: _Desk) -> None:
    token = desk.token(desk.account())

    desk.watch.instant = _NOON + _ONE_YEAR

    assert desk.denial_of(token) is Denial.EXPIRED


def test_3_the_tokens_of_an_account_that_ended_prove_nothing(desk: _Desk) -> None:
    account_id = desk.account()
    token = desk.token(account_id)

    desk.register.end(account_id)

    assert desk.denial_of(token) is Denial.ENDED


def test_3_the_name_of_an_account_that_ended_is_never_given_again(desk: _Desk) -> None:
    account_id = desk.account()
    desk.register.end(account_id)

    with pytest.raises(RefusedError, match="existe, ou a existé"):
        desk.register.create(account_id, Role.OPERATOR, None, "")


def test_4_an_account_without_a_commitment_may_do_nothing(desk: _Desk) -> None:
    desk.register.create("sil", Role.LOCAL_SYSTEM, None, "")
    identified = desk.show(desk.token("sil"))

    with pytest.raises(DeniedError, match="engagement de confidentialité"):
        identified.require(Right.LOAD)


def test_a_role_may_what_it_is_for_and_nothing_else(desk: _Desk) -> None:
    identified = desk.show(desk.token(desk.account(Role.OPERATOR)))

    identified.require(Right.SEND)
    with pytest.raises(DeniedError, match="le rôle de ce compte"):
        identified.require(Right.READ_EVIDENCE)


def test_a_scoped_token_may_less_than_its_role(desk: _Desk) -> None:
    identified = desk.show(desk.token(desk.account(Role.OPERATOR), Right.READ_TRANSFERS))

    identified.require(Right.READ_TRANSFERS)
    with pytest.raises(DeniedError, match="restreint"):
        identified.require(Right.SEND)


def test_a_token_cannot_be_given_what_its_role_does_not_have(desk: _Desk) -> None:
    account_id = desk.account(Role.OPERATOR)

    with pytest.raises(RefusedError, match="evidence:read"):
        desk.token(account_id, Right.READ_EVIDENCE)


def test_a_certificate_proves_the_one_account_it_was_taken_for(desk: _Desk) -> None:
    account_id, other_id = desk.account(), desk.account(Role.DPO)
    certificate = self_signed("machine", _NOON, _NOON + _ONE_YEAR).certificate
    desk.register.trust_certificate(account_id, certificate, (), None)

    shown = desk.show(Presented("", certificate_digest(certificate.der)))

    assert shown.account.account_id == account_id
    assert desk.denial_of(Presented("", b"\2" * 32)) is Denial.UNKNOWN
    with pytest.raises(RefusedError, match="déjà celui d'un autre compte"):
        desk.register.trust_certificate(other_id, certificate, (), None)


def test_a_certificate_proves_nothing_after_its_own_end(desk: _Desk) -> None:
    certificate = self_signed("machine", _NOON, _NOON + timedelta(days=10)).certificate

    trusted = desk.register.trust_certificate(desk.account(), certificate, (), _NOON + _ONE_YEAR)
    desk.watch.instant += timedelta(days=10)

    assert trusted.expires_at == certificate.not_after
    assert desk.denial_of(Presented("", certificate_digest(certificate.der))) is Denial.EXPIRED


def test_a_certificate_is_taken_for_longer_until_it_is_revoked(desk: _Desk) -> None:
    account_id = desk.account()
    certificate = self_signed("machine", _NOON, _NOON + 3 * _ONE_YEAR).certificate
    shown = Presented("", certificate_digest(certificate.der))
    first = desk.register.trust_certificate(account_id, certificate, (), _NOON + _ONE_YEAR)
    desk.watch.instant += _ONE_YEAR

    expired = desk.denial_of(shown)
    again = desk.register.trust_certificate(account_id, certificate, (), _NOON + 2 * _ONE_YEAR)
    identified = desk.show(shown)
    desk.register.revoke(first.credential_id)

    assert expired is Denial.EXPIRED
    assert again.credential_id == identified.credential_id == first.credential_id
    assert desk.denial_of(shown) is Denial.REVOKED
    assert desk.kinds().count("credential.issued") == 2
    with pytest.raises(RefusedError, match="a été révoqué"):
        desk.register.trust_certificate(account_id, certificate, (), _NOON + 2 * _ONE_YEAR)


def test_a_certificate_for_longer_than_a_proof_may_last_asks_for_an_end(desk: _Desk) -> None:
    with pytest.raises(RefusedError, match="400 jours"):
        desk.certificate(desk.account(), days=1000)


def test_5_a_token_and_a_certificate_shown_together_both_stand(desk: _Desk) -> None:
    account_id = desk.account()
    token, certificate = desk.token(account_id), desk.certificate(account_id)
    revoked = desk.token(account_id)
    desk.register.revoke(revoked.credential_id)

    identified = desk.show(token, certificate)

    assert identified.credential_id.startswith(f"{token.credential_id}+")
    assert desk.denial_of(revoked, certificate) is Denial.REVOKED
    assert desk.denial_of(token, Presented("", b"\2" * 32)) is Denial.UNKNOWN
    assert desk.denial_of(replace(token, digest=b"\0" * 32), certificate) is Denial.WRONG


def test_5_a_token_and_a_certificate_of_two_accounts_prove_neither(desk: _Desk) -> None:
    token, certificate = desk.token(desk.account()), desk.certificate(desk.account(Role.DPO))

    assert desk.denial_of(token, certificate) is Denial.OF_TWO_ACCOUNTS


def test_5_only_what_both_may_do_is_allowed(desk: _Desk) -> None:
    account_id = desk.account()
    shown = desk.show(
        desk.token(account_id, Right.LOAD, Right.READ_LOADS),
        desk.certificate(account_id, Right.LOAD, Right.READ_AGREEMENTS),
    )

    shown.require(Right.LOAD)
    for right in (Right.READ_LOADS, Right.READ_AGREEMENTS):
        with pytest.raises(DeniedError) as denied:
            shown.require(right)
        assert denied.value.denial is Denial.SCOPE


def test_who_shows_nothing_is_told_how(desk: _Desk) -> None:
    assert desk.denial_of() is Denial.NOTHING_SHOWN


def test_a_use_is_noted_but_not_at_every_request(desk: _Desk) -> None:
    token = desk.token(desk.account())

    for seconds in (0, 20, 40):
        desk.watch.instant = _NOON + timedelta(seconds=seconds)
        desk.show(token)
    with desk.database.read() as work:
        credential = work.credentials.get(token.credential_id)

    assert credential is not None
    assert credential.last_used_at == _NOON


def test_who_reads_does_not_wait_for_who_writes_for_long(desk: _Desk) -> None:
    token = desk.token(desk.account())
    began = time.monotonic()

    with desk.database.begin():
        desk.show(token)
    waited = time.monotonic() - began
    desk.show(token)
    with desk.database.read() as work:
        credential = work.credentials.get(token.credential_id)

    assert waited < _A_WHILE_SECONDS
    assert credential is not None
    assert credential.last_used_at == _NOON


def test_the_digest_of_no_token_is_shown_by_what_holds_it(desk: _Desk) -> None:
    token = desk.token(desk.account())
    identified = desk.show(token)

    assert token.digest.hex() not in repr(identified)
    assert repr(token.digest) not in repr(identified) + repr(token)
