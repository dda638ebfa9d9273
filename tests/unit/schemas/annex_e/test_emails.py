"""E-mail addresses."""

import pytest

from tests.unit.schemas.annex_e.sound_row import found, record_of


@pytest.mark.parametrize(
    "written",
    [
        "zoe",
        "zoe@",
        "@exemple.fr",
        "zoe@exemple",
        "zoe@exemple.f",
        "zoe@localhost",
        "zoe@@exemple.fr",
        "zoe lefevre@exemple.fr",
        "zoé@exemple.fr",
        '"zoe lefevre"@exemple.fr',
        "zoe@[192.0.2.1]",
        "zoe@192.0.2.1",
        "zoe@exemple..fr",
        ".zoe@exemple.fr",
        "zoe.@exemple.fr",
        "zo..e@exemple.fr",
        "zoe@-exemple.fr",
        "zoe@exemple-.fr",
        "zoe@exem_ple.fr",
        "zoe@exemple.fr.",
        "zoe@exemple.123",
        "zoe@exemple.fr; lea@exemple.fr",
        "zoe@exemple.fr, lea@exemple.fr",
        "Zoé <zoe@exemple.fr>",
        "mailto:zoe@exemple.fr",
        "néant",
        f"{'z' * 65}@exemple.fr",
        f"zoe@{'e' * 64}.fr",
        "zoe@é\u2024.fr",
    ],
)
def test_courriel_format_is_found(written: str) -> None:
    assert ("courriel", "COURRIEL_FORMAT") in found(courriel=written)


@pytest.mark.parametrize(
    "written",
    [
        "zoe@exemple.fr",
        "zoe.lefevre+spie@exemple.co.uk",
        "o'brien_85@exemple.fr",
        "z@e.fr",
        "zoe@sous-domaine.exemple.museum",
        "zoe@élan.fr",
        "zoe@xn--lan-9la.fr",
        "zoe@exemple.xn--p1ai",
        f"{'z' * 64}@exemple.fr",
    ],
)
def test_courriel_format_is_not_found(written: str) -> None:
    assert found(courriel=written) == []


def test_email_domain_is_put_in_lower_case_and_the_local_part_kept() -> None:
    assert record_of(courriel=" Zoe.LEFEVRE@Exemple.FR ").courriel == "Zoe.LEFEVRE@exemple.fr"
    assert record_of(courriel="Zoe@ÉLAN.fr").courriel == "Zoe@élan.fr"


@pytest.mark.parametrize("start", ["=", "+", "-"])
def test_formule_is_found_in_an_email_that_is_otherwise_valid(start: str) -> None:
    assert found(courriel=f"{start}zoe@exemple.fr") == [("courriel", "FORMULE")]
