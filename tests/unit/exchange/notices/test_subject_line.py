"""The subject of a mail says what it is about, and what in it presses."""

from datetime import date

import pytest

from exchange.notices.notice import Notice, NoticeKind
from exchange.notices.subject_line import subject_line

_DAY = date(2023, 1, 31)


def _of(kind: NoticeKind, *, urgent: bool = False) -> Notice:
    return Notice(kind, "x", _DAY, "phrase", "issue", urgent=urgent)


def test_the_subject_of_a_real_home_bears_no_mark() -> None:
    assert subject_line([_of(NoticeKind.SENT)], [], trial=False) == "spie-exchange : 1 envoi fait"


def test_what_presses_is_said_before_what_is_late() -> None:
    new = [_of(NoticeKind.LOG_DISAGREES, urgent=True), _of(NoticeKind.SENT_LATE)]
    told = [_of(NoticeKind.LATE, urgent=True)]

    said = subject_line(new, told, trial=True)

    assert said == (
        "[ESSAI] spie-exchange : URGENT, EN RETARD — journal des preuves en cause, "
        "1 envoi fait en retard"
    )


def test_what_has_left_late_is_no_longer_late() -> None:
    assert "EN RETARD" not in subject_line([_of(NoticeKind.SENT_LATE)], [], trial=False)


def test_beyond_three_kinds_the_rest_is_counted() -> None:
    kinds = (NoticeKind.FAILED, NoticeKind.DUE_SOON, NoticeKind.SENT, NoticeKind.PURGED)
    new = [_of(kind) for kind in kinds for _ in range(2)]

    said = subject_line(new, [], trial=False)

    assert said == ("spie-exchange : 2 échecs, 2 échéances proches, 2 envois faits, et 2 de plus")


def test_several_things_that_expire_are_said_in_the_plural() -> None:
    said = subject_line([_of(NoticeKind.KEY_EXPIRES)] * 2, [], trial=False)

    assert said == "spie-exchange : 2 cachets ou certificats"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_has_a_name_in_the_subject(kind: NoticeKind) -> None:
    assert subject_line([_of(kind)], [], trial=False) != "spie-exchange : "
