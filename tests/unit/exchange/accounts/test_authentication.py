"""Who calls: each property that ``exchange.accounts.authentication`` numbers, by its number."""

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
    presented_token,
)
from exchange.accounts.register import AccountRegister
from exchange.actors import Actor
from exchange.audit.events import read_event
from exchange.audit.recording import EvidenceRecorder
from exchange.errors import RefusedError
from exchange.storage.database import Database
from exchange.storage.places import file_place

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_ONE_YEAR = timedelta(days=365)


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

    def show(self, presented: Presented | None) -> Identified:
        return authenticate(self.database, presented, self.watch.now())

    def denial_of(self, presented: Presented | None) -> Denial:
        with pytest.raises(DeniedError) as denied:
            self.show(presented)
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
    assert desk.show(right).credential.credential_id == right.credential_id
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
    account_id = desk.account()
    desk.register.trust_certificate(account_id, b"\1" * 32, (), _NOON + _ONE_YEAR)

    assert desk.show(Presented("", b"\1" * 32)).account.account_id == account_id
    assert desk.denial_of(Presented("", b"\2" * 32)) is Denial.UNKNOWN
    with pytest.raises(RefusedError, match="déjà celui d'un compte"):
        desk.register.trust_certificate(account_id, b"\1" * 32, (), _NOON + _ONE_YEAR)


def test_who_shows_nothing_is_told_how(desk: _Desk) -> None:
    assert desk.denial_of(None) is Denial.NOTHING_SHOWN


def test_a_use_is_noted_but_not_at_every_request(desk: _Desk) -> None:
    token = desk.token(desk.account())

    for seconds in (0, 20, 40):
        desk.watch.instant = _NOON + timedelta(seconds=seconds)
        desk.show(token)
    with desk.database.read() as work:
        credential = work.credentials.get(token.credential_id)

    assert credential is not None
    assert credential.last_used_at == _NOON


def test_the_digest_of_no_token_is_shown_by_what_holds_it(desk: _Desk) -> None:
    token = desk.token(desk.account())
    identified = desk.show(token)

    assert token.digest.hex() not in repr(identified)
    assert repr(token.digest) not in repr(identified) + repr(token)
