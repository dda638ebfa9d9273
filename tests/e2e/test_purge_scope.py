"""What a purge takes with it, and what it refuses to begin."""

import json
from collections.abc import Sequence

from tests.fakes.home_database import ask
from tests.fakes.situation import DGEFP, PROVEN, RECIPIENTS, Situation


def _execute(situation: Situation, *statements: str) -> Sequence[tuple[int, ...]]:
    return ask(situation.departement.home, *statements)


def _purge(situation: Situation) -> str:
    situation.departement.do("clock", "set", "2023-09-30T10:00")
    return situation.departement.do("purge", "--for-real")


def _certificate(situation: Situation) -> dict[str, object]:
    path = next((situation.departement.home / "certificates").glob("*.json"))
    document: dict[str, object] = json.loads(path.read_text("utf-8"))
    return document


def test_what_a_killed_load_left_staged_is_destroyed_too(sent: Situation) -> None:
    _execute(
        sent,
        "INSERT INTO load (load_id, agreement_id, begun_at, accepted, refused, held)"
        " VALUES ('killed', 'spie-62', '2023-01-31T10:00:00.000000+00:00', 0, 0, 0)",
        "INSERT INTO staged_row (load_id, line, person_id, identity, content_tag, key_version,"
        " schema_version, entry_date, sealed, held_code) SELECT 'killed',"
        " row_number() OVER (ORDER BY person_id), person_id,"
        " identity, content_tag, key_version, schema_version, entry_date, sealed, ''"
        " FROM person LIMIT 20",
    )

    shown = _purge(sent)

    assert "restes de chargements interrompus              20" in shown
    assert _execute(sent, "SELECT count(*) FROM staged_row") == [(0,)]


def test_a_package_that_was_sealed_and_never_published_is_removed_too(sent: Situation) -> None:
    final = sent.package(DGEFP)
    waiting = final.with_name(f".{final.name}.part")
    final.rename(waiting)
    _execute(
        sent,
        "UPDATE transfer SET state = 'sealed', published_at = NULL WHERE recipient_id = 'dgefp' "
        "AND kind = 'contractual'",
    )

    _purge(sent)

    assert not waiting.exists()
    assert _certificate(sent)["packages"] == len(RECIPIENTS) + len(PROVEN)
    shown = sent.departement.do("transfer", "show", sent.transfer_id(DGEFP))
    assert "abandonné" in shown


def test_nothing_is_destroyed_when_no_seal_can_certify_it(sent: Situation) -> None:
    sent.departement.do("clock", "set", "2045-01-01")

    answer = sent.departement.run("purge", "--for-real")

    assert answer.exit_code == 78
    assert "le cachet n'est valable que" in answer.complaint
    assert _execute(sent, "SELECT count(*) FROM person") == [(200,)]


def test_a_second_purge_destroys_and_certifies_nothing(sent: Situation) -> None:
    _purge(sent)

    shown = sent.departement.do("purge", "--for-real")

    assert "Rien n'a été détruit" in shown
    certificates = sent.departement.home / "certificates"
    assert len(list(certificates.glob("*.p7m"))) == 1


def test_a_purge_asked_for_too_early_leaves_its_leaf(sent: Situation) -> None:
    sent.departement.do("purge", "--for-real")

    assert '"purge.refused"' in sent.departement.do("audit", "list", "--json")


def test_a_sealed_package_that_vanished_is_not_called_published(sent: Situation) -> None:
    sent.package(DGEFP).unlink()
    _execute(
        sent,
        "UPDATE transfer SET state = 'sealed', published_at = NULL WHERE recipient_id = 'dgefp'",
    )

    answer = sent.departement.run("export", "--for-real")

    assert answer.exit_code == 4
    assert "n'est plus dans le dossier d'envoi" in answer.complaint


def test_the_status_warns_of_records_past_their_end_and_of_an_interrupted_export(
    sent: Situation,
) -> None:
    _execute(
        sent,
        "UPDATE transfer SET state = 'sealed', published_at = NULL WHERE recipient_id = 'dgefp'",
    )
    sent.departement.do("clock", "set", "2023-09-30T10:00")

    shown = sent.departement.do("status")

    assert "sont à détruire depuis le 29/08/2023" in shown
    assert "l'envoi spie-62_enquete-1_dgefp_r1 a été interrompu" in shown
