"""Homes to measure in: a trial home that waits for people, and the file to load into it."""

import json
from pathlib import Path

from tests.fakes.local_exports import PEOPLE_SEED
from tests.fakes.people import people, write_local_export
from tests.fakes.situation import DEADLINE, RECIPIENTS, Situation, prepare


def prepare_home(folder: Path, rows: int) -> Situation:
    """Make a home with two recipients and one person, beside a file of ``rows`` people.

    The file is written as it is drawn, whatever its size. The person loaded first is the first
    of the file, so it ends at ``rows``.
    """
    folder.mkdir()
    situation = prepare(folder, people=1)
    write_local_export(situation.source, people(rows, PEOPLE_SEED))
    return situation


def require_all_sent(situation: Situation, rows: int) -> None:
    """Raise ``AssertionError`` unless each recipient got a package of ``rows`` lines.

    The command itself has decrypted each package again and counted its lines.
    """
    listed = json.loads(situation.departement.do("transfer", "list", "--json"))
    counts = {
        transfer["recipient_id"]: transfer["row_count"]
        for transfer in listed
        if transfer["deadline_id"] == DEADLINE
    }
    if counts != dict.fromkeys(RECIPIENTS, rows):
        raise AssertionError(f"sent: {counts}, expected {rows} lines each")
