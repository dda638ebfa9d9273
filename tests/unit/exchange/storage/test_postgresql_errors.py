"""What PostgreSQL says, said by what is to be done next."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from exchange.errors import AttentionError, ConfigurationError, RetryLaterError
from exchange.storage.postgresql_errors import error_of


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ('FATAL:  role "spie" does not exist', ConfigurationError),
        ("FATAL:  authentification échouée pour l'utilisateur  « spie »", ConfigurationError),
        ("FATAL:  le rôle « spie » n'existe pas", ConfigurationError),
        ("FATAL:  la base de données « spie » n'existe pas", ConfigurationError),
        ('FATAL:  too many connections for role "spie"', RetryLaterError),
        ('FATAL:  too many connections for database "spie"', RetryLaterError),
        ("FATAL:  trop de connexions pour le rôle « spie »", RetryLaterError),
        ("FATAL:  le système de bases de données se lance", RetryLaterError),
    ],
)
def test_what_is_said_before_a_session_begins_tells_who_mends_it(
    said: str, failure: type[Exception]
) -> None:
    error = OperationalError(None, None, psycopg.OperationalError(said))

    assert isinstance(error_of(error), failure)


@pytest.mark.parametrize(
    ("refused", "way_out"),
    [
        (psycopg.errors.UndefinedTable(), "search_path"),
        (psycopg.errors.UndefinedColumn(), "search_path"),
        (psycopg.errors.StringDataRightTruncation(), "signalez"),
        (psycopg.errors.UniqueViolation(), "signalez"),
        (psycopg.DataError("text cannot contain NUL"), "signalez"),
        (psycopg.errors.DataCorrupted(), "restaurez"),
        (psycopg.errors.IoError(), "restaurez"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_damaged_base_is_to_be_restored(refused: psycopg.Error, way_out: str) -> None:
    failure = error_of(DBAPIError(None, None, refused))

    assert isinstance(failure, AttentionError)
    assert way_out in failure.hint
    assert ("restaurez" in failure.hint) == (way_out == "restaurez")


def test_a_right_that_is_missing_is_granted_by_the_owner() -> None:
    failure = error_of(DBAPIError(None, None, psycopg.errors.InsufficientPrivilege()))

    assert isinstance(failure, ConfigurationError)
    assert "database roles" in failure.hint
