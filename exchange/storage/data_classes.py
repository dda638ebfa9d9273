"""The classes of what lies in the database; every column declares one.

``docs/data-at-rest.md`` is generated from them, and an architecture test refuses a
column without a class.
"""

from enum import StrEnum
from typing import Final


class DataClass(StrEnum):
    """How sensitive a column is, and why it may lie there in that form."""

    SEALED = "sealed"
    BLIND_INDEX = "blind-index"
    RANDOM_ID = "random-id"
    PSEUDONYM = "pseudonym"
    PERSONAL_CLEAR = "personal-clear"
    SECRET_DIGEST = "secret-digest"  # noqa: S105 - the word, not one
    REQUEST_DIGEST = "request-digest"
    EVIDENCE = "evidence"
    OPERATIONAL = "operational"


OF_NO_BENEFICIARY: Final = frozenset(
    {
        DataClass.OPERATIONAL,
        DataClass.EVIDENCE,
        DataClass.SECRET_DIGEST,
        DataClass.REQUEST_DIGEST,
    }
)
"""A value of any other class lies in its column and nowhere else, be it in what a server notes
of a table by itself: a destruction would not reach it there."""

DESCRIPTIONS: Final = {
    DataClass.SEALED: "donnée personnelle scellée (AES-256-GCM), illisible sans le trousseau",
    DataClass.BLIND_INDEX: "empreinte à clé (HMAC-SHA-256), non réversible sans le trousseau",
    DataClass.RANDOM_ID: "tiré au hasard, sans lien avec la personne hors de cette base",
    DataClass.PSEUDONYM: "pseudonyme d'une personne, propre à un destinataire",
    DataClass.PERSONAL_CLEAR: "donnée personnelle en clair, seule nécessaire au tri par échéance",
    DataClass.SECRET_DIGEST: "empreinte d'un justificatif de 256 bits, qui ne s'en retrouve pas",
    DataClass.REQUEST_DIGEST: "empreinte à clé (HMAC-SHA-256) d'une demande entière ou de sa clé, "
    "gardée un jour, non réversible sans le trousseau",
    DataClass.EVIDENCE: "trace du journal, sans identifiant direct d'un bénéficiaire",
    DataClass.OPERATIONAL: "donnée de fonctionnement, sans rapport avec une personne bénéficiaire",
}
