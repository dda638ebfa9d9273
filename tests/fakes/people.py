"""Synthetic people of the Pas-de-Calais, seeded: nobody real, but written as people are.

Names with particles, hyphens and apostrophes, addresses full of numbers, telephones in every
writing: what a local information system exports, and what a rule could mistake for an identifier.
No two people of one generation share last name, first name and birth date.
"""

import csv
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from unicodedata import normalize

Person = dict[str, str]

# The names of the local system, in its own order, beside the contract's.
LOCAL_COLUMNS: Final[Mapping[str, str]] = {
    "nom": "NOM_USAGE",
    "prenom": "PRENOM",
    "date_naissance": "DATE_NAISS",
    "date_entree": "DT_ENTREE_SPIE",
    "telephone": "TEL",
    "courriel": "MAIL",
    "adresse": "ADRESSE_COMPLETE",
    "code_postal": "CP",
}
# A row may carry this key: one field more than the header, to be written at its end.
SURPLUS_FIELD: Final = "surplus"

# fmt: off
_FIRST_NAMES: Final = (
    "Aïcha", "Amélie", "André", "Anaïs", "Anne-Sophie", "Antoine", "Aurélie", "Bénédicte",
    "Bernard", "Björn", "Brigitte", "Cédric", "Céline", "Charles-Henri", "Chloé", "Christophe",
    "Clémence", "Corinne", "David", "Djamel", "Dominique", "Élodie", "Émilie", "Éric",
    "Fabien", "Fatima", "Françoise", "Frédéric", "Gaëlle", "Geneviève", "Gérard", "Guénaëlle",
    "Hélène", "Hervé", "Inès", "Irène", "Jean", "Jean-Baptiste", "Jean Claude", "Jérémy",
    "Jérôme", "Joël", "Julie", "Karim", "Kévin", "Laëtitia", "Léa", "Loïc", "Lucie", "M'hamed",
    "Maël", "Marie", "Marie-Thérèse", "Maud", "Mélanie", "Michaël", "Nadège", "Nathalie",
    "Noémie", "Océane", "Olivier", "Patricia", "Quentin", "Raphaël", "Régis", "Rémi",
    "Sabrina", "Séverine", "Sofiane", "Stéphane", "Sylvie", "Théo", "Thérèse", "Valérie",
    "Véronique", "Vincent", "Xavier", "Yann", "Yasmina", "Zoé",
)
_LAST_NAMES: Final = (
    "Bécourt", "Béhague", "Blondeau", "Boulanger", "Caron", "Caron-Delattre", "Carpentier",
    "Cœugniet", "Cordonnier", "Coquelle", "D'Hondt", "Dambrine", "De Baecque",
    "De la Fontaine", "De Smet", "Debrabant", "Decroix", "Delannoy", "Delattre", "Delcroix",
    "Delépine", "Denœux", "Deprez", "Desmarets", "Dubois", "Duflos", "Dufour", "Duhamel",
    "Dupuis", "Évrard", "Fournier", "François", "Gallois", "Guilbert", "Hénon", "Hochart",
    "Kaczmarek", "Kowalski", "L'Hermitte", "Lambert", "Lancial", "Le Goff", "Leblond",
    "Leclercq", "Lecœur", "Lefebvre", "Lefèvre", "Leleu", "Lemaître", "Lenglet", "Lesage",
    "Loïez", "Macquart", "Mahieu", "Majchrzak", "Marquis", "Merlin", "Morel", "Nowak",
    "O'Brien", "Pruvost", "Quéva", "Régnier", "Roussel", "Saint-Maxent", "Sénéchal",
    "Stachowiak", "Thérouanne", "Tiévant", "Van den Broucke", "Vandewalle", "Vasseur",
    "Verhaeghe", "Wacheux", "Wattrelos", "Wozniak", "Zielinski",
)
# fmt: on
_TOWNS: Final = (
    ("62000", "Arras"),
    ("62100", "Calais"),
    ("62110", "Hénin-Beaumont"),
    ("62120", "Aire-sur-la-Lys"),
    ("62140", "Hesdin"),
    ("62170", "Montreuil-sur-Mer"),
    ("62200", "Boulogne-sur-Mer"),
    ("62210", "Avion"),
    ("62300", "Lens"),
    ("62400", "Béthune"),
    ("62500", "Saint-Omer"),
    ("62600", "Berck"),
    ("62700", "Bruay-la-Buissière"),
    ("62800", "Liévin"),
)
# fmt: off
_STREETS: Final = (
    "RUE DU 8 MAI 1945", "rue du 11 novembre 1918", "rue du 19 Mars 1962", "Place du 1er Mai",
    "rue de la République", "avenue Jean Jaurès", "Boulevard Gambetta", "rue Émile-Zola",
    "Impasse de l'Église", "chemin du Moulin", "Route Nationale 17", "rue du 4 Septembre",
    "Cité 12 de la Fosse 9", "avenue du 73e RI", "rue de l'Abbé-Halluin",
    "Résidence Les Tilleuls", "rue du Général-de-Gaulle", "Rue d'Amiens", "Allée des Érables",
    "RD 943",
)
# fmt: on
_MAILBOXES: Final = ("exemple.fr", "courriel.example", "Exemple.FR", "poste.example.org")
_FIRST_BIRTH: Final = date(1945, 1, 1)
_BIRTH_DAYS: Final = 21_900  # to the end of 2004: sixteen years or more at entry
_FIRST_ENTRY: Final = date(2021, 1, 1)
_ENTRY_DAYS: Final = 728  # to 29 December 2022, before the first cut-off
_STRIDE: Final = 7_368_787  # prime to every list length: visits each combination once

_TELEPHONE_WRITINGS: Final = (
    "0{0}{1}{2}{3}{4}",
    "0{0} {1} {2} {3} {4}",
    "0{0}.{1}.{2}.{3}.{4}",
    "0{0}-{1}-{2}-{3}-{4}",
    "0{0}/{1}/{2}/{3}/{4}",
    "+33 {0} {1} {2} {3} {4}",
    "+33{0}{1}{2}{3}{4}",
    "+33 (0){0} {1} {2} {3} {4}",
    "0033{0}{1}{2}{3}{4}",
)
_LINES: Final = (("6", 10, 28), ("6", 40, 88), ("7", 50, 89), ("3", 21, 21), ("9", 50, 89))


def people(count: int, seed: int) -> Iterator[Person]:
    """Give `count` people by contract column, in the local system's writing (French dates)."""
    draw = random.Random(seed).random
    births = _calendar(_FIRST_BIRTH, _BIRTH_DAYS)
    entries = _calendar(_FIRST_ENTRY, _ENTRY_DAYS)
    combinations = len(_FIRST_NAMES) * len(_LAST_NAMES) * len(births)
    position = int(draw() * combinations)
    for _ in range(count):
        position = (position + _STRIDE) % combinations
        rest, first = divmod(position, len(_FIRST_NAMES))
        birth, last = divmod(rest, len(_LAST_NAMES))
        yield _person(draw, _FIRST_NAMES[first], _LAST_NAMES[last], births[birth], entries)


def write_local_export(
    path: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    encoding: str = "cp1252",
    delimiter: str = ";",
    columns: Mapping[str, str] = LOCAL_COLUMNS,
) -> None:
    """Write rows, given by contract column, as the local system exports them."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns.values())
        for row in rows:
            cells = [row[column] for column in columns]
            writer.writerow([*cells, row[SURPLUS_FIELD]] if SURPLUS_FIELD in row else cells)


def _calendar(first: date, days: int) -> Sequence[str]:
    return [f"{first + timedelta(days=day):%d/%m/%Y}" for day in range(days)]


def _person(
    draw: Callable[[], float], first: str, last: str, birth: str, entries: Sequence[str]
) -> Person:
    luck = draw()
    has_address = luck > 0.02
    postcode, town = _TOWNS[int(draw() * len(_TOWNS))]
    return {
        "prenom": first.upper() if luck > 0.8 else first,
        "nom": last.upper() if luck > 0.3 else last,
        "date_naissance": birth,
        "adresse": _address(draw, town) if has_address else "",
        "code_postal": postcode if has_address else "",
        "courriel": _email(draw, first, last, birth) if draw() > 0.15 else "",
        "telephone": _telephone(draw) if draw() > 0.1 or not has_address else "",
        "date_entree": entries[int(draw() * len(entries))],
    }


def _address(draw: Callable[[], float], town: str) -> str:
    number, flat = int(draw() * 240) + 1, int(draw() * 1500) + 1
    street = _STREETS[int(draw() * len(_STREETS))]
    shape = int(draw() * 8)
    if shape == 0:
        return f"APPT {flat} BAT {number % 9 + 1} {number} {street}"
    if shape == 1:
        return f"{number} BIS {street}"
    if shape == 2:
        return f"{number} ter, {street} {town}"
    if shape == 3:
        return f"Bât. {chr(65 + number % 6)} - Esc. {number % 4 + 1} - Appt. {flat} - {street}"
    if shape == 4:
        return f"{number}-{number + 2} {street} BP {flat}"
    return f"{number} {street}"


def _email(draw: Callable[[], float], first: str, last: str, birth: str) -> str:
    day, month, year = birth.split("/")
    tail = ("", "", "", year, year[2:], day + month, day + month + year[2:], day + month + year)
    box = _MAILBOXES[int(draw() * len(_MAILBOXES))]
    number = tail[int(draw() * len(tail))]
    dot = ("", ".", "-", "_")[int(draw() * 4)]
    return f"{_ASCII[first]}.{_ASCII[last]}{dot if number else ''}{number}@{box}"


def _telephone(draw: Callable[[], float]) -> str:
    head, low, high = _LINES[int(draw() * len(_LINES))]
    second = low + int(draw() * (high - low + 1))
    digits = f"{int(draw() * 1_000_000):06d}"
    writing = _TELEPHONE_WRITINGS[int(draw() * len(_TELEPHONE_WRITINGS))]
    return writing.format(head, second, digits[:2], digits[2:4], digits[4:])


def _ascii(name: str) -> str:
    """Fold a name as people do when they choose an e-mail address."""
    plain = normalize("NFD", name.lower().replace("œ", "oe"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


_ASCII: Final = {name: _ascii(name) for name in (*_FIRST_NAMES, *_LAST_NAMES)}
