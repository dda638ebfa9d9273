"""Any error in two French sentences, for those who were not there when it was raised."""

from dataclasses import dataclass

from exchange.errors import ExchangeError
from keys.errors import KeysError
from keys.system_errors import system_sentence, system_way_out
from schemas.errors import SchemasError


@dataclass(frozen=True, slots=True)
class ErrorSentences:
    """What is wrong, and the way out of it; neither holds a person's data."""

    what: str
    way_out: str


def sentences_of(error: Exception) -> ErrorSentences:
    """Say what is wrong, and what to do; of a foreign error, only its name."""
    if isinstance(error, ExchangeError):
        return ErrorSentences(error.message, error.hint)
    if isinstance(error, KeysError | SchemasError):
        return ErrorSentences(str(error), error.way_out)
    if isinstance(error, OSError):
        return ErrorSentences(system_sentence(error), system_way_out(error))
    # Not its text: what a foreign error quotes may be anything.
    return ErrorSentences(f"erreur inattendue ({type(error).__name__})", "spie-exchange doctor")
