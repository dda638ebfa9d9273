"""What is said of a failure that waiting alone may not mend."""

from dataclasses import replace
from datetime import UTC, datetime

from exchange.attempts import WHOLE_HOME, Attempt, JobName
from exchange.notices.failures import about_mails, failure_notices

_NOW = datetime(2023, 1, 31, 9, tzinfo=UTC)
_HERE = Attempt(
    job=JobName.EXPORTS,
    subject="spie-62",
    agreement_id="spie-62",
    failures=6,
    first_at=_NOW,
    not_before=_NOW,
    cause="le dossier d'envoi manque",
    hint="montez-le",
    asks_somebody=True,
)


def test_the_machine_that_fails_is_named_where_there_are_several() -> None:
    alone, one, other = failure_notices(
        [_HERE, replace(_HERE, machine="machine-1"), replace(_HERE, machine="machine-2")], _NOW
    )

    assert "(spie-62) échoue" in alone.sentence
    assert "(spie-62) sur machine-2 échoue" in other.sentence
    assert len({alone.subject, one.subject, other.subject}) == 3


def test_what_a_mail_from_here_disproves_is_not_what_fails_on_another_machine() -> None:
    mails = replace(_HERE, job=JobName.NOTICES, subject=JobName.NOTICES)
    of_home = replace(mails, subject=WHOLE_HOME)

    here, other, any_machine = failure_notices(
        [replace(mails, machine="machine-1"), replace(mails, machine="machine-2"), of_home], _NOW
    )
    [alone] = failure_notices([mails], _NOW)

    assert [about_mails(n, "machine-1") for n in (here, other, any_machine)] == [True, False, True]
    assert about_mails(alone, "")
