"""Missing, unknown and malformed keys: each refused with what to write in its place."""

import pytest

from schemas.agreement import read_agreement, recipient_fingerprint
from tests.unit.schemas.agreement.plain_agreement import (
    CLASSICAL_KEY,
    PLAIN,
    changed,
    problems_of,
    the_problem_of,
)

_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTUlOSVNURVJF\n-----END CERTIFICATE-----"
_PRIVATE = "-----BEGIN PRIVATE KEY-----\nUFJJVkU=\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("kind", "body", "sentence"),
    [
        ("records", 'days = 30\nfrom = "last_due"\nat_latest = 2023-09-30', "aucune donnée"),
        ("packages", 'days = 60\nfrom = "processing_ends"\nat_latest = 2024-02-15', "aucun paquet"),
        ("log", 'days = 365\nfrom = "recorded"\nat_latest = 2025-03-31', "six à douze mois"),
        ("archives", 'status = "duplicate"', "pas sans visa"),
    ],
)
def test_a_missing_retention_is_refused(kind: str, body: str, sentence: str) -> None:
    path, told = the_problem_of((f"[retention.{kind}]\n{body}\n", ""))

    assert path == f"retention.{kind}"
    assert told.startswith(f"cette clé manque : ouvrez [retention.{kind}]")
    assert sentence in told


def test_no_retention_at_all_is_refused() -> None:
    start, end = PLAIN.index("[retention]"), PLAIN.index("[columns]")

    [(path, sentence)] = problems_of(PLAIN[:start] + PLAIN[end:])

    assert path == "retention"
    assert "combien de temps tout est gardé" in sentence


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("at_latest = 2023-09-30\n", "retention.records.at_latest"),
        ("at_latest = 2024-02-15\n", "retention.packages.at_latest"),
        ("at_latest = 2025-03-31\n", "retention.log.at_latest"),
    ],
)
def test_a_retention_without_at_latest_is_refused(line: str, path: str) -> None:
    told_path, sentence = the_problem_of((line, ""))

    assert told_path == path
    assert sentence.startswith("cette clé manque : écrivez le jour au-delà duquel rien n'est gardé")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('fingerprint_checked_by = "Dany Exemple"\n', "fingerprint_checked_by"),
        ("fingerprint_checked_on = 2022-12-06\n", "fingerprint_checked_on"),
    ],
)
def test_an_unverified_fingerprint_is_refused(line: str, key: str) -> None:
    path, sentence = the_problem_of((line, ""))

    assert path == f"recipients[1].{key}"
    assert "l'empreinte n'est pas vérifiée : faites-la lire par le destinataire" in sentence


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('dpo_name = "Claude Exemple"\n', "name"),
        ('dpo_contact = "dpo@ministere.example"\n', "contact"),
    ],
)
def test_a_party_without_dpo_is_refused(line: str, key: str) -> None:
    path, sentence = the_problem_of((line, ""))

    assert path == f"parties[1].dpo_{key}"
    assert sentence.startswith("cette clé manque : écrivez")


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("version = 1\n", "version = 1\nversoin = 2\n", "versoin"),
        ('label = "Bilan"', 'label = "Bilan"\nlibelle = "Bilan"', "deadlines[1].libelle"),
        ("days = 365", "days = 365\nduree = 365", "retention.log.duree"),
    ],
)
def test_an_unknown_key_is_refused(before: str, after: str, path: str) -> None:
    told_path, sentence = the_problem_of((before, after))

    assert told_path == path
    assert sentence.startswith("clé inconnue : corrigez son nom")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('title = "Convention d\'essai"\n', "title"),
        ("start = 2021-01-01\n", "actions.start"),
        ('author = "La cheffe du bureau"\n', "instructions[1].author"),
        ('if_undeclared = "send"\n', "deadlines[1].if_undeclared"),
        ('instruction = "envoyer" # deadlines[1]\n', "deadlines[1].instruction"),
        ('[information_notice]\nversion = "v1"\ndate = 2022-11-30\n', "information_notice"),
        ('territory_postcodes = ["62", "59"]\n', "territory_postcodes"),
        ("refusal_threshold_percent = 10\n", "refusal_threshold_percent"),
        ("processing_ends = 2023-12-31\n", "processing_ends"),
        ('role = "processor"\n', "role"),
        ('instruction = "detruire"\n', "retention.instruction"),
    ],
)
def test_a_missing_key_is_refused(line: str, path: str) -> None:
    told_path, sentence = the_problem_of((line, ""))

    assert told_path == path
    assert sentence.startswith("cette clé manque : ")


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("version = 1\n", 'version = "1"\n', "version"),
        ("version = 1\n", "version = true\n", "version"),
        ("version = 1\n", "version = 1.0\n", "version"),
        ("due = 2023-01-31", "due = 2023-01-31T10:00:00", "deadlines[0].due"),
        ("due = 2023-01-31", "due = 20230131", "deadlines[0].due"),
        ("due = 2023-01-31", "due = 9999-12-31", "deadlines[0].due"),
        ('title = "Convention d\'essai"', "title = 3", "title"),
        ('title = "Convention d\'essai"', 'title = " Convention"', "title"),
        ('title = "Convention d\'essai"', 'title = ""', "title"),
        ('title = "Convention d\'essai"', f'title = "{"x" * 201}"', "title"),
        ('title = "Convention d\'essai"', r'title = "a\u001B[2Jb"', "title"),
        ('title = "Convention d\'essai"', r'title = "a\u202Eb"', "title"),
        (
            'text = "Détruire au terme de la conservation."',
            r'text = "a\u0007"',
            "instructions[1].text",
        ),
        ('"dpo@ministere.example"', '"dpo"', "parties[1].dpo_contact"),
        ('country = "FR" # parties[1]', 'country = "fr"', "parties[1].country"),
        ('kind = "report"', 'kind = "rapport"', "deadlines[1].kind"),
        ('view = "nominative" # recipients[0]', 'view = "statistics"', "recipients[0].view"),
        ('["62", "59"]', '["62", "5A"]', "territory_postcodes[1]"),
        ('["62", "59"]', '"62"', "territory_postcodes"),
        ('["ministere", "prestataire"]', '"ministere"', "deadlines[0].recipients"),
        ("[actions]\nstart = 2021-01-01\nend = 2023-06-30", "[[actions]]\nstart = 1", "actions"),
        ('from = "recorded"', 'from = "last_due"', "retention.log.from"),
        ("days = 365", "days = 40000", "retention.log.days"),
    ],
)
def test_a_wrong_value_is_refused(before: str, after: str, path: str) -> None:
    told_path, sentence = the_problem_of((before, after))

    assert told_path == path
    assert sentence.startswith(("écrivez", "ouvrez", "recopiez"))


@pytest.mark.parametrize("threshold", [-1, 101, 1000])
def test_a_threshold_out_of_range_is_refused(threshold: int) -> None:
    path, sentence = the_problem_of(
        ("refusal_threshold_percent = 10", f"refusal_threshold_percent = {threshold}")
    )

    assert path == "refusal_threshold_percent"
    assert "de 0 à 100" in sentence


@pytest.mark.parametrize("threshold", [0, 100])
def test_a_threshold_at_a_bound_is_accepted(threshold: int) -> None:
    text = changed(("refusal_threshold_percent = 10", f"refusal_threshold_percent = {threshold}"))

    assert read_agreement(text.encode()).refusal_threshold_percent == threshold


@pytest.mark.parametrize(
    "identifier",
    ["", "..", ".", "-a", "a-", ".cache", "a/b", "a b", "a_b", "é", "x" * 41, r"a\nb", "CON "],
)
def test_an_id_that_makes_no_file_name_is_refused(identifier: str) -> None:
    path, sentence = the_problem_of(('id = "spie-99"', f'id = "{identifier}"'))

    assert path == "id"
    assert "il sert dans les noms de fichiers" in sentence


@pytest.mark.parametrize("identifier", ["a", "A.b-9", "x" * 40])
def test_an_id_that_makes_a_file_name_is_accepted(identifier: str) -> None:
    text = changed(('id = "spie-99"', f'id = "{identifier}"'))

    assert read_agreement(text.encode()).id == identifier


@pytest.mark.parametrize(
    "key",
    [
        "AGE-SECRET-KEY-1" + "Q" * 58,
        CLASSICAL_KEY.upper(),
        CLASSICAL_KEY[:-1],
        CLASSICAL_KEY + "q",
        CLASSICAL_KEY.replace("q", "b"),
        CLASSICAL_KEY + r"\n" + CLASSICAL_KEY,
        "ssh-ed25519 AAAA",
        "age1pq1qqqq",
    ],
)
def test_a_text_that_is_no_public_key_is_refused(key: str) -> None:
    path, sentence = the_problem_of((f'"{CLASSICAL_KEY}"', f'"{key}"'))

    assert path == "recipients[1].encryption_key"
    assert "jamais sa clé secrète" in sentence
    assert key[:12] not in sentence


@pytest.mark.parametrize(
    "text",
    ["", "MIIB", _PRIVATE, f"{_CERTIFICATE}\n{_PRIVATE}", f"{_CERTIFICATE}\n{_CERTIFICATE}"],
)
def test_anything_but_one_certificate_is_refused(text: str) -> None:
    path, sentence = the_problem_of((_CERTIFICATE, text))

    assert path == "recipients[0].receipt_certificate"
    assert "jamais sa clé privée" in sentence


def test_a_fingerprint_in_another_form_is_refused() -> None:
    path, sentence = the_problem_of(
        (
            f'"{recipient_fingerprint(CLASSICAL_KEY)}"',
            f'"{recipient_fingerprint(CLASSICAL_KEY).upper()}"',
        )
    )

    assert path == "recipients[1].fingerprint"
    assert "huit groupes de quatre chiffres" in sentence


def test_a_placeholder_of_the_sample_is_refused() -> None:
    path, sentence = the_problem_of(('"Dany Exemple"', '"À REMPLACER : qui a vérifié"'))

    assert path == "recipients[1].fingerprint_checked_by"
    assert sentence.startswith("remplacez le texte du modèle : ")


def test_a_mapping_that_misses_a_column_is_refused() -> None:
    path, sentence = the_problem_of(('courriel = "MAIL"\n', ""))

    assert path == "columns.courriel"
    assert sentence.startswith("cette clé manque : écrivez le nom de cette colonne")


@pytest.mark.parametrize("column", ["nir", "sexe", "reference", "prenom2"])
def test_a_mapping_of_a_forbidden_column_is_refused(column: str) -> None:
    path, sentence = the_problem_of(('courriel = "MAIL"\n', f'courriel = "MAIL"\n{column} = "X"\n'))

    assert path == f"columns.{column}"
    assert "pas dans l'annexe E" in sentence
