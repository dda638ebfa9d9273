import pytest

from schemas.agreement import Agreement, compare_with_loaded, read_agreement, recipient_fingerprint
from tests.unit.schemas.agreement.plain_agreement import (
    CLASSICAL_KEY,
    OTHER_POST_QUANTUM_KEY,
    PLAIN,
    changed,
)

_NEXT = ("version = 1\n", "version = 2\n")
_OTHER_PARTY = """
[[parties]]
id = "hebergeur"
name = "Hébergeur d'essai"
role = "sub-processor"
country = "FR"
contact = "a@hebergeur.example"
dpo_name = "Alix Exemple"
dpo_contact = "b@hebergeur.example"
"""
_BILAN = PLAIN[PLAIN.index('[[deadlines]]\nid = "bilan"') : PLAIN.index("[[recipients]]")]


def _read(*changes: tuple[str, str], text: str = PLAIN) -> Agreement:
    return read_agreement(changed(*changes, text=text).encode())


def _refusals(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    problems = compare_with_loaded(_read(_NEXT, *changes), _read())
    return [(problem.path, problem.sentence) for problem in problems]


def test_a_next_version_that_corrects_and_adds_may_follow() -> None:
    assert (
        _refusals(
            ('title = "Convention d\'essai"', 'title = "Convention"'),
            ("due = 2023-01-31", "due = 2023-02-28"),
            ('dpo_name = "Claude Exemple"', 'dpo_name = "Charlie Exemple"'),
            ('label = "Bilan"', 'label = "Bilan final"'),
            (
                '\n[[instructions]]\nid = "envoyer"',
                f'{_OTHER_PARTY}\n[[instructions]]\nid = "envoyer"',
            ),
            ("date = 2022-12-02", "date = 2022-12-02\nended_on = 2024-06-01"),
        )
        == []
    )


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_does_not_rise_is_refused(version: int) -> None:
    loaded = _read(("version = 1\n", "version = 2\n"))
    new = _read(("version = 1\n", f"version = {version}\n"), ("days = 365", "days = 364"))

    [problem] = compare_with_loaded(new, loaded)

    assert problem.path == "version"
    assert problem.sentence == "la version 2 est en vigueur : écrivez 3"


def test_another_agreement_is_refused() -> None:
    [(path, sentence)] = _refusals(('id = "spie-99"', 'id = "spie-98"'))

    assert path == "id"
    assert "spie-99" in sentence


def test_a_removed_deadline_id_is_refused() -> None:
    [(path, sentence)] = _refusals((_BILAN, ""))

    assert path == "deadlines"
    assert sentence.startswith("l'identifiant bilan a disparu : remettez sa table")


@pytest.mark.parametrize("before", ["parties", "instructions", "recipients"])
def test_a_removed_id_is_refused(before: str) -> None:
    added = {
        "parties": _OTHER_PARTY,
        "instructions": (
            '\n[[instructions]]\nid = "trois"\nauthor = "A"\ndate = 2022-12-03\ntext = "T"\n'
        ),
        "recipients": "\n".join(
            (
                '\n[[recipients]]\nid = "departement"\nname = "D"\ncountry = "FR"',
                'contact = "a@b.example"\nview = "nominative"',
                f'encryption_key = "{OTHER_POST_QUANTUM_KEY}"',
                f'fingerprint = "{recipient_fingerprint(OTHER_POST_QUANTUM_KEY)}"',
                'fingerprint_checked_by = "E"\nfingerprint_checked_on = 2022-12-07',
                'receipt_certificate = """\n-----BEGIN CERTIFICATE-----\nQQ==',
                '-----END CERTIFICATE-----\n"""\n',
            )
        ),
    }[before]
    loaded = _read(text=PLAIN + added)

    [problem] = compare_with_loaded(_read(_NEXT), loaded)

    assert problem.path == before
    assert "a disparu" in problem.sentence


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ('name = "Prestataire d\'essai"\n', 'name = "Un autre"\n', "parties[2]"),
        ("Envoyer les huit données", "Envoyer sept données", "instructions[0]"),
        ('author = "La cheffe du bureau"', 'author = "Le bureau"', "instructions[1]"),
        ("date = 2022-12-02", "date = 2022-12-03", "instructions[1]"),
        ("cut_off = 2023-03-31", "cut_off = 2023-03-30", "deadlines[1]"),
        ('kind = "report"', 'kind = "indicators"', "deadlines[1]"),
        ("name = \"Prestataire d'essai, équipe d'enquête\"", 'name = "Autre"', "recipients[1]"),
    ],
)
def test_a_reused_id_is_refused(before: str, after: str, path: str) -> None:
    [(told_path, sentence)] = _refusals((before, after))

    assert told_path == path
    assert "désignait autre chose" in sentence


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("date = 2022-12-02", "instructions[1].ended_on"),
        ("fingerprint_checked_on = 2022-12-06", "recipients[1].ended_on"),
    ],
)
def test_what_has_ended_does_not_begin_again(line: str, path: str) -> None:
    loaded = _read((line, f"{line}\nended_on = 2024-06-01"))

    [problem] = compare_with_loaded(_read(_NEXT), loaded)

    assert problem.path == path
    assert problem.sentence.startswith("ce qui a pris fin ne reprend pas")


_NEW_KEY = CLASSICAL_KEY.replace("q", "p")
_KEY_CHANGES = (
    (CLASSICAL_KEY, _NEW_KEY),
    (recipient_fingerprint(CLASSICAL_KEY), recipient_fingerprint(_NEW_KEY)),
)
_CERTIFICATE_CHANGES = (("UFJFU1RBVEFJUkU=", "QVVUUkU="),)


@pytest.mark.parametrize("changes", [_KEY_CHANGES, _CERTIFICATE_CHANGES])
def test_a_key_that_changes_without_a_newer_check_is_refused(
    changes: tuple[tuple[str, str], ...],
) -> None:
    [(path, sentence)] = _refusals(*changes)

    assert path == "recipients[1].fingerprint_checked_on"
    assert "faites vérifier l'empreinte de nouveau" in sentence


@pytest.mark.parametrize("changes", [_KEY_CHANGES, _CERTIFICATE_CHANGES])
def test_a_key_that_changes_with_a_newer_check_may_follow(
    changes: tuple[tuple[str, str], ...],
) -> None:
    checked = ("fingerprint_checked_on = 2022-12-06", "fingerprint_checked_on = 2022-12-07")

    assert _refusals(*changes, checked) == []
