"""What is found where a check could not be made: said as everywhere, with a way out of its own."""

import errno

import pytest

from exchange.diagnosis.findings import Verdict, failure_of
from exchange.error_sentences import sentences_of
from exchange.errors import ConfigurationError
from keys.errors import InvalidSignatureError, KeyringError, MasterKeyError
from schemas.errors import SchemasError

_RESTORE = "restaurez ce qui est altéré depuis la dernière bonne sauvegarde"
_KEPT = (
    ConfigurationError("le dossier manque", "montez-le"),
    MasterKeyError("la clé maîtresse manque"),
    KeyringError("le trousseau est altéré"),
)
_ALTERED = (
    InvalidSignatureError("la signature ne tient pas"),
    SchemasError("la convention est abîmée"),
    ValueError("Martin, Élodie"),
)


@pytest.mark.parametrize("error", [*_KEPT, *_ALTERED], ids=lambda error: type(error).__name__)
def test_a_check_says_a_failure_as_everything_else_does(error: Exception) -> None:
    found = failure_of("clés", error)

    assert (found.verdict, found.sentence) == (Verdict.MEND, sentences_of(error).what)


@pytest.mark.parametrize("error", _KEPT, ids=lambda error: type(error).__name__)
def test_what_knows_how_the_home_is_mended_is_believed(error: Exception) -> None:
    assert failure_of("clés", error).way_out == sentences_of(error).way_out


@pytest.mark.parametrize("error", _ALTERED, ids=lambda error: type(error).__name__)
def test_what_the_home_keeps_is_asked_of_no_author(error: Exception) -> None:
    assert failure_of("conventions", error).way_out == _RESTORE


def test_a_file_that_the_system_refuses_is_named() -> None:
    found = failure_of("cachet", FileNotFoundError(errno.ENOENT, "no", "seal.crt"))

    assert found.sentence == "seal.crt : ce fichier ou ce dossier n'existe pas"
    assert found.way_out == "vérifiez le chemin"
