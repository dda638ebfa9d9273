"""The whole examination: each check as far as what it needs can be reached.

Nothing is mended, and the only trace is what ``audit verify`` leaves too.
"""

from collections.abc import Callable, Iterable, Iterator

from exchange.agreements import in_force
from exchange.clock import Clock
from exchange.diagnosis.database_role import role_findings
from exchange.diagnosis.expiry import approver_findings, recipient_findings, seal_findings
from exchange.diagnosis.files_of_acts import (
    certificate_findings,
    issued_certificates,
    package_findings,
    registered_packages,
)
from exchange.diagnosis.findings import Finding, Verdict, good, guarded, mend, watch
from exchange.diagnosis.home_files import (
    folder_findings,
    keyring_file_findings,
    leftover_findings,
    outside_findings,
)
from exchange.diagnosis.key_findings import file_findings, keyring_findings, opening_findings
from exchange.diagnosis.last_tick import last_tick, tick_findings
from exchange.diagnosis.log_check import BeginProgress, log_findings
from exchange.diagnosis.machine import clock_findings, space_findings
from exchange.diagnosis.unfinished import held_findings, unfinished_findings
from exchange.errors import ConfigurationError
from exchange.home import Home, read_home, unread_home
from exchange.home_opening import (
    clock_of,
    open_service,
    require_own_database,
)
from exchange.locks import SignsOfLife
from exchange.seals import SealKeeper
from exchange.settings import Settings
from exchange.storage.database import Database, UnitOfWork
from exchange.storage.place import Place
from exchange.transfers.transfer import Transfer
from exchange.wiring import database_of, place_of
from keys.keyring import Keyring
from schemas.agreement import Agreement


def examine(settings: Settings, begin: BeginProgress) -> tuple[Finding, ...]:
    """Look at everything in the home that the settings name.

    Raises ``ConfigurationError`` only when they name none.
    """
    folder = settings.required_home()
    found = list(guarded("dossier de travail", lambda: folder_findings(folder)))
    if not folder.is_dir():
        return tuple(found)
    try:
        home = read_home(folder)
    except ConfigurationError as error:
        found.append(mend("home.json", error.message, error.hint))
        return (*found, *_without_its_document(unread_home(folder), settings))
    found.append(good("home.json", "lisible"))
    return (*found, *_examine(home, settings, begin))


def _without_its_document(home: Home, settings: Settings) -> Iterator[Finding]:
    yield from guarded("place sur le disque", lambda: space_findings(home))
    yield from guarded("trousseau", lambda: keyring_findings(home))
    yield from guarded("base", lambda: _database(home, settings))
    yield watch(
        "tout le reste", "n'a pas pu être vérifié sans home.json", "réparez-le, puis recommencez"
    )


def _examine(home: Home, settings: Settings, begin: BeginProgress) -> Iterator[Finding]:
    yield from guarded("place sur le disque", lambda: space_findings(home))
    yield from guarded("lieux hors du dossier", lambda: outside_findings(home))
    yield from guarded("droits du trousseau", lambda: keyring_file_findings(home))
    keys = list(guarded("clés", lambda: _keys(home)))
    database = list(guarded("base", lambda: _database(home, settings)))
    yield from (*keys, *database)
    yield from guarded("fichiers laissés", lambda: leftover_findings(home))
    if not _all_good(database):
        yield _unreached("registre, cachet et journal", "la base")
        return
    yield from _with_database(home, settings)
    if not _all_good(keys):
        yield _unreached("cachet et journal", "les clés")
        return
    yield from guarded("cachet", lambda: _seal(home, settings))
    yield from guarded("journal", lambda: _log(settings, begin))


def _all_good(findings: Iterable[Finding]) -> bool:
    return all(finding.verdict is Verdict.GOOD for finding in findings)


def _unreached(check: str, needed: str) -> Finding:
    sentence = f"pas de vérification possible sans {needed}"
    return watch(check, sentence, "réparez ce qui précède, puis recommencez")


def _keys(home: Home) -> Iterator[Finding]:
    files = list(file_findings(home))
    yield from files
    if _all_good(files):
        yield from opening_findings(Keyring(home.keyring, home.master_key))


def _database(home: Home, settings: Settings) -> Iterator[Finding]:
    place = place_of(home, settings)
    place.require_there()
    database = _opened(home, place, settings)
    database.require_sound()
    database.require_current_schema()
    yield good("base", "entière, à la version de ce logiciel")


def _seal(home: Home, settings: Settings) -> Iterator[Finding]:
    keyring = Keyring(home.keyring, home.master_key)
    place = place_of(home, settings)
    database, clock = _opened(home, place, settings), clock_of(home, place, settings)
    return seal_findings(SealKeeper(database, keyring, home.seal_certificate, clock))


def _with_database(home: Home, settings: Settings) -> Iterator[Finding]:
    place = place_of(home, settings)
    database, clock = _opened(home, place, settings), clock_of(home, place, settings)
    signs = place.signs(home.locks)

    def reading(check: str, look: Callable[[UnitOfWork], Iterable[Finding]]) -> Iterator[Finding]:
        def looked() -> Iterator[Finding]:
            with database.read() as work:
                yield from look(work)

        return guarded(check, looked)

    yield from guarded("rôle de la base", lambda: role_findings(place.role_in_use()))
    yield from guarded("home.json", lambda: _nature(home, database))
    yield from reading("horloge", lambda work: _clock_against_log(work, clock))
    yield from reading(
        "certificats de réponse",
        lambda work: recipient_findings(_with_transfers(work), clock.now()),
    )
    yield from reading(
        "certificats de qui approuve",
        lambda work: approver_findings(_agreements(work), clock.now()),
    )
    yield from reading(
        "ordonnanceur", lambda work: tick_findings(last_tick(work.state), clock.wall())
    )
    yield from reading("travaux", lambda work: _waiting(work, signs, clock))
    yield from guarded("paquets", lambda: _packages(database, home))
    yield from guarded("certificats de destruction", lambda: _certificates(database, home))


def _packages(database: Database, home: Home) -> Iterator[Finding]:
    with database.read() as work:
        registered = registered_packages(work)
    return package_findings(registered, home)


def _certificates(database: Database, home: Home) -> Iterator[Finding]:
    with database.read() as work:
        issued = issued_certificates(work, home)
    return certificate_findings(issued)


def _nature(home: Home, database: Database) -> Iterator[Finding]:
    require_own_database(home, database)
    yield good("nature du dossier", "essai" if home.trial else "réel")


def _clock_against_log(work: UnitOfWork, clock: Clock) -> Iterator[Finding]:
    return clock_findings(work.evidence_rows.head().last_wall_at, clock.wall())


def _agreements(work: UnitOfWork) -> list[Agreement]:
    return [in_force(work.agreements, name) for name in work.agreements.ids()]


def _with_transfers(work: UnitOfWork) -> list[tuple[Agreement, tuple[Transfer, ...]]]:
    return [(a, tuple(work.transfers.all(a.id))) for a in _agreements(work)]


def _waiting(work: UnitOfWork, signs: SignsOfLife, clock: Clock) -> Iterator[Finding]:
    found = [
        finding
        for agreement in _agreements(work)
        for finding in (
            *unfinished_findings(work, agreement, signs, clock.now()),
            *held_findings(work, agreement),
        )
    ]
    yield from found or [good("travaux", "rien n'est interrompu, à détruire ni retenu")]


def _log(settings: Settings, begin: BeginProgress) -> Iterator[Finding]:
    with open_service(settings, inspecting=True) as service:
        yield from log_findings(service, begin)


def _opened(home: Home, place: Place, settings: Settings) -> Database:
    return database_of(home, place, settings, place.wall_clock())
