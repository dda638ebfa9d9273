"""What PostgreSQL says went wrong, in our words, by what the caller does next."""

import re
from typing import Final

from psycopg import Error, InterfaceError, OperationalError
from sqlalchemy.exc import DBAPIError

from exchange.errors import AttentionError, ConfigurationError, ExchangeError, RetryLaterError

# Codes of PostgreSQL's appendix A: https://www.postgresql.org/docs/current/errcodes-appendix.html
_BUSY: Final = frozenset({"55P03", "40P01", "40001", "57014"})
_FULL: Final = frozenset({"53100", "53200", "53400"})
_CONNECTION_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "53300"})
_NOT_ALLOWED: Final = frozenset({"42501", "25006"})
_NOT_REACHED_CLASSES: Final = ("28", "3D")
_CONNECTION_CLASS: Final = "08"
_OTHER_TABLES_CLASS: Final = "42"
_DAMAGE_CLASSES: Final = ("XX", "58")
# What is said before a session begins has no code for the driver to give, and is in the
# server's language.
_NAMES_US: Final = re.compile(r'(user|role|database) "|(utilisateur|rôle|base de données)\s+«')
_TOO_MANY: Final = re.compile("too many connections|trop de connexions")


def error_of(error: DBAPIError) -> ExchangeError:
    """Say in our words what the driver said in its own."""
    code = error.orig.sqlstate if isinstance(error.orig, Error) else None
    if code is not None:
        return _said(code)
    # The driver's own: the server cannot be reached, refuses us, or went away.
    if isinstance(error.orig, OperationalError | InterfaceError):
        return _unreached(str(error.orig))
    # Or the driver was given what it cannot send.
    return _defect(type(error.orig).__name__)


def _said(code: str) -> ExchangeError:
    if code in _CONNECTION_LOST or code.startswith(_CONNECTION_CLASS):
        return _lost()
    if code in _BUSY:
        return RetryLaterError(
            "la base est occupée par un autre processus",
            "réessayez ; si cela dure, une commande n'avance plus : arrêtez-la",
        )
    if code in _FULL:
        return RetryLaterError(
            "le serveur PostgreSQL n'a plus de place", "libérez-en chez lui, puis recommencez"
        )
    if code.startswith(_NOT_REACHED_CLASSES):
        return _refused()
    if code in _NOT_ALLOWED:
        return ConfigurationError(
            "le rôle de PostgreSQL n'a pas le droit de faire cela",
            "voyez docs/postgresql.md : spie-exchange database roles donne les droits à accorder",
        )
    return _for_somebody(code)


def _for_somebody(code: str) -> ExchangeError:
    if code.startswith(_OTHER_TABLES_CLASS):
        return _other_tables(code)
    return _damaged(code) if code.startswith(_DAMAGE_CLASSES) else _defect(code)


def _other_tables(code: str) -> ExchangeError:
    return AttentionError(
        f"la base n'a pas les tables que ce logiciel y attend ({code})",
        "vérifiez la base et le schéma (search_path) que désigne SPIE_EXCHANGE_DATABASE ; si "
        "quelqu'un a changé une table à la main, remettez-la comme elle était",
    )


def _damaged(code: str) -> ExchangeError:
    return AttentionError(
        f"le serveur PostgreSQL ne lit ou n'écrit plus la base comme il le devrait ({code})",
        "son journal dit pourquoi ; si un fichier y est abîmé, restaurez la base depuis la "
        "sauvegarde",
    )


def _defect(what: str) -> ExchangeError:
    return AttentionError(
        f"la base de données refuse l'opération ({what})",
        "rien n'est changé, et la base n'est pas en cause : signalez ces mots à qui entretient "
        "spie-exchange",
    )


def _unreached(said: str) -> ExchangeError:
    # A server that refuses us names the role or the database; one that is starting, stopping
    # does not; one that is full may. Only the first has to be mended by somebody.
    refuses = _NAMES_US.search(said) and not _TOO_MANY.search(said)
    return _refused() if "FATAL" in said and refuses else _lost()


def _refused() -> ExchangeError:
    return ConfigurationError(
        "le serveur PostgreSQL répond, mais refuse la connexion",
        "vérifiez le rôle, le mot de passe et la base que désigne SPIE_EXCHANGE_DATABASE, et "
        "pg_hba.conf",
    )


def _lost() -> ExchangeError:
    return RetryLaterError(
        "la base PostgreSQL ne répond pas, ou plus",
        "vérifiez qu'elle tourne, et le réseau ; puis relancez la même commande, qui reprend là "
        "où elle en était",
    )
