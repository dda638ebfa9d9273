"""A machine's clock that went back: the operator is told, and the log says so, once."""

from datetime import UTC, datetime, timedelta

from tests.fakes.forked_commands import ForkedCommands
from tests.fakes.home_database import ask
from tests.fakes.home_state import acts_done
from tests.fakes.situation import PROVEN, RECIPIENTS, Situation

_PUBLISHED = len(RECIPIENTS) + len(PROVEN)
_TOLD = "l'horloge de la machine retarde"


def test_a_clock_that_went_back_is_said_and_recorded_once(
    commands: ForkedCommands, fresh: Situation
) -> None:
    _set_last_act(fresh, datetime.now(UTC) + timedelta(hours=2))

    seen = commands.run(fresh.departement, "status")
    sent = commands.run(fresh.departement, "export", "--for-real")
    later = commands.run(fresh.departement, "status")

    assert _TOLD in seen.complaint
    assert (sent.exit_code, _TOLD in sent.complaint) == (0, True)
    assert _TOLD not in later.complaint
    done = acts_done(fresh.departement)
    assert (done["clock.stepped_back"], done["transfer.published"]) == (1, _PUBLISHED)
    assert commands.run(fresh.departement, "audit", "verify").exit_code == 0


def _set_last_act(situation: Situation, instant: datetime) -> None:
    text = instant.isoformat(timespec="microseconds")
    ask(situation.departement.home, "UPDATE evidence_head SET last_wall_at = :at", at=text)
