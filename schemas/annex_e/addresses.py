"""Addresses that are perhaps not the person's own: care of somebody, or an institution.

A warning only: a person may well live in a hostel, but a letter there can tell others about
the person's situation. A street that is named after an institution is no sign of one.
"""

import re
from typing import Final
from unicodedata import normalize

from schemas.annex_e.codes import RuleCode

_CARE_OF: Final = r"C/O|S/C|CHEZ|AUX BONS SOINS"
_INSTITUTIONS: Final = (
    "CCAS|C\\.C\\.A\\.S|CIAS|CHRS|CADA|HUDA|FJT|UDAF|SPIP|EHPAD|SAMU SOCIAL|CROIX[ -]ROUGE|"
    "SECOURS (?:CATHOLIQUE|POPULAIRE)|EMMAUS|ARMEE DU SALUT|RESTOS? DU COEUR|ASSOCIATION|"
    "DOMICILIATION|FOYER|ACCUEIL DE JOUR|CENTRE D'HEBERGEMENT|PENSION DE FAMILLE|MAISON RELAIS|"
    "RESIDENCE SOCIALE|HOTEL SOCIAL|CENTRE HOSPITALIER|HOPITAL|CLINIQUE|MAISON DE RETRAITE|"
    "MAISON D'ARRET|CENTRE (?:DE DETENTION|PENITENTIAIRE)|PRISON|MAIRIE|CURATELLE|TUTELLE"
)
_STREET: Final = (
    "(?:RUE|AVENUE|AV|BOULEVARD|BD|PLACE|CHEMIN|ROUTE|ALLEE|IMPASSE|RUELLE|SQUARE|QUAI|COUR|"
    "COURS|PASSAGE|SENTIER|VOIE|PARVIS)"
)
_NAMED_AFTER: Final = (
    rf"(?P<street>{_STREET}\s(?:DE LA |DE L'|DES |DU |DE |D')?(?:ANCIEN |ANCIENNE )?)?"
)
_SIGN: Final = rf"(?<!\w)(?:{_CARE_OF}|{_INSTITUTIONS})(?!\w)"
_ANY_SIGN: Final = re.compile(_SIGN)
_SIGN_AND_STREET: Final = re.compile(rf"(?<!\w){_NAMED_AFTER}{_SIGN}")
_COMBINING_MARKS: Final = re.compile("[\u0300-\u036f]+")


def address_warnings(folded_address: str) -> tuple[RuleCode, ...]:
    """Return AVERTISSEMENT_ADRESSE_TIERS when an address, already folded, seems not a home."""
    if not _ANY_SIGN.search(folded_address):  # nearly every address: spare it the longer search
        return ()
    if all(found["street"] for found in _SIGN_AND_STREET.finditer(folded_address)):
        return ()
    return (RuleCode.AVERTISSEMENT_ADRESSE_TIERS,)


def folded(address: str) -> str:
    """Return `address` in capitals without accents, with the straight apostrophe."""
    if address.isascii():
        return address.upper()
    return _COMBINING_MARKS.sub("", normalize("NFD", address)).replace("’", "'").upper()
