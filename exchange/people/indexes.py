"""Who is the same person: blind indexes over names and birth date, or over a local key."""

import re
import unicodedata
from typing import Final, Protocol

from keys.pseudonyms import identity_index

# A record's normal form holds no control character (CARACTERE_INTERDIT), so this never
# occurs inside a cell.
SEPARATOR: Final = "\x1f"
_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


class Named(Protocol):
    """What has the names and the birth date of a person, in their normal forms."""

    @property
    def nom(self) -> str:
        """Last name."""
        ...

    @property
    def prenom(self) -> str:
        """First name."""
        ...

    @property
    def date_naissance(self) -> str:
        """Birth date, ISO."""
        ...


def fold_identity(person: Named) -> str:
    """Fold last name, first name and birth date so that spellings of one person meet.

    Case, accents, hyphens, apostrophes and spaces do not count: ``LE GUILLOÜ`` and
    ``Le-Guillou`` are one name.
    """
    return SEPARATOR.join((fold(person.nom), fold(person.prenom), person.date_naissance))


def index_of_names(identity_key: bytes, person: Named) -> bytes:
    """Give a person's blind index over names and birth date: 32 bytes."""
    return identity_index(identity_key, fold_identity(person))


def index_of_key(identity_key: bytes, local_key: str) -> bytes:
    """Give a person's blind index over the local system's key: 32 bytes.

    The local key is used here and forgotten: never stored, shown or sent.
    """
    return identity_index(identity_key, f"local{SEPARATOR}{local_key}")


def fold(text: str) -> str:
    """Give the letters and digits of a text, without case or accents."""
    # An accent, taken apart from its letter, is no letter: it goes with spaces and hyphens.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_A_LETTER_OR_DIGIT.sub("", decomposed.replace("œ", "oe").replace("æ", "ae"))
