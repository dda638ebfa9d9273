"""The files of the document's stories, as the local system, a recipient or the DPO makes them."""

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from exchange.approvals import create_approver
from keys.seal import SealKey, sign_detached
from schemas.annex_e import RuleCode
from schemas.receipt import Rejection
from tests.fakes.client_certificate import client_certificate
from tests.fakes.local_exports import PEOPLE_SEED
from tests.fakes.lost_keys import lose_keys, next_version
from tests.fakes.opened_rows import opened_rows
from tests.fakes.people import Person, people, write_local_export
from tests.fakes.situation import DEADLINE, DGEFP, PROVIDER, Situation

_PEOPLE: Final = 200
_MISSING, _MANY_MISSING = 3, 12
_REJECTED_LINE: Final = 3
_TODAY: Final = datetime(2023, 1, 31, 9, tzinfo=UTC)
_ELSEWHERE: Final = {
    "adresse": "3 place du Marché",
    "code_postal": "62400",
    "courriel": "autre@exemple.fr",
    "telephone": "06 11 22 33 44",
}


def arrive(situation: Situation, name: str, folder: Path) -> None:
    """Put a file of the document into a folder."""
    _ARRIVALS[name](situation, folder / name)


def _acknowledgement(situation: Situation, path: Path) -> None:
    path.write_bytes(situation.ministry(DGEFP).acknowledge(_last_package(situation)))


def _acknowledgement_by_another(situation: Situation, path: Path) -> None:
    path.write_bytes(situation.ministry(PROVIDER).acknowledge(situation.package(DGEFP)))


def _rejection(situation: Situation, path: Path) -> None:
    rejected = [Rejection(RuleCode.COURRIEL_FORMAT, line=_REJECTED_LINE)]
    path.write_bytes(situation.ministry(DGEFP).reject(situation.package(DGEFP), rejected))


def _destruction(situation: Situation, path: Path) -> None:
    # The ministry has its copy of a package that was taken back.
    fetched = situation.keys(DGEFP) / "paquet.asice"
    path.write_bytes(situation.ministry(DGEFP).declare_destruction(fetched, date(2023, 2, 1)))


def _fetched_package(situation: Situation, path: Path) -> None:
    shutil.copy(situation.package(DGEFP), path)


def _client_certificate(_: Situation, path: Path) -> None:
    client_certificate(path.parent, path.stem)


def _commitment(_: Situation, path: Path) -> None:
    path.write_bytes(b"%PDF-1.7 je m'engage a ne rien divulguer")


def _everyone(_: Situation, path: Path) -> None:
    write_local_export(path, _local_rows())


def _without_titles(_: Situation, path: Path) -> None:
    write_local_export(path, _local_rows())
    path.write_bytes(path.read_bytes().partition(b"\n")[2])


def _corrected(situation: Situation, path: Path) -> None:
    """Give the person of the rejected line, whom the ministry named by telephone, a new mail."""
    opened = situation.ministry(DGEFP).open(situation.package(DGEFP), accept_trial=True)
    sent = opened_rows(opened.csv_path.parent)[_REJECTED_LINE - 1]
    shutil.rmtree(opened.csv_path.parent)
    _write_with_new_mail(path, {_identity(sent)})


def _rectified(_: Situation, path: Path) -> None:
    _write_with_new_mail(path, {_identity(person) for person in _local_rows()[10:12]})


def _homonyms(_: Situation, path: Path) -> None:
    known = next(row for row in _local_rows() if row["courriel"] and row["telephone"])
    write_local_export(path, [known | _ELSEWHERE])


def _too_early(_: Situation, path: Path) -> None:
    newcomer = next(people(1, PEOPLE_SEED + 1))
    write_local_export(path, [newcomer | {"date_entree": "04/05/2020"}])


def _objector(_: Situation, path: Path) -> None:
    who = _local_rows()[5]
    path.write_text("".join(f"{who[name]}\n" for name in ("nom", "prenom", "date_naissance")))


def _objection(_: Situation, path: Path) -> None:
    who = {name: _local_rows()[5][name] for name in ("nom", "prenom", "date_naissance")}
    document = {"case_number": "DPO-2023-17", "reason": "article-21", "person": who}
    path.write_text(json.dumps(document), "utf-8")


def _too_short(_: Situation, path: Path) -> None:
    write_local_export(path, _local_rows()[_MANY_MISSING:])


def _shorter(_: Situation, path: Path) -> None:
    write_local_export(path, _local_rows()[_MISSING:])


def _another_end(situation: Situation, path: Path) -> None:
    end = {"processing_ends = 2023-12-31": "processing_ends = 2023-11-30"}
    _write_next_version(situation, path, end)


def _for_two_accounts(situation: Situation, path: Path) -> None:
    _write_next_version(situation, path, {"# four_eyes = true": "four_eyes = true"})


def _successor_of_approver(situation: Situation, path: Path) -> None:
    former = _certificate_in(situation.approver)
    following = create_approver(situation.folder / "keys/suivant", "Suivant", _TODAY, trial=True)
    pem = following.certificate.pem.decode().strip()
    _write_next_version(situation, path, {former: pem})


def _under_another_id(situation: Situation, path: Path) -> None:
    """Write the agreement anew after its approver has lost the key, and drawn another."""
    lost = _certificate_in(situation.approver)
    shutil.rmtree(situation.approver)
    following = create_approver(situation.approver, "DPO", _TODAY, trial=True)
    text = situation.agreement.read_text("utf-8").replace('id = "spie-62"', 'id = "spie-62-bis"', 1)
    path.write_text(text.replace(lost, following.certificate.pem.decode().strip()), "utf-8")


def _certificate_in(approver: Path) -> str:
    return (approver / "approver-cert.pem").read_text("ascii").strip()


def _other_keys(situation: Situation, path: Path) -> None:
    path.write_text(next_version(situation, *lose_keys(situation, DGEFP)), "utf-8")


def _opened_test(situation: Situation, path: Path) -> None:
    path.write_bytes(situation.ministry(DGEFP).acknowledge_test(situation.key_test(DGEFP, 2)))


def _approval(situation: Situation, path: Path) -> None:
    signer = SealKey.load(
        (situation.approver / "approver-key.pem").read_bytes(),
        (situation.approver / "approver-cert.pem").read_bytes(),
    )
    path.write_bytes(sign_detached(path.with_suffix("").read_bytes(), signer, _TODAY))


_ARRIVALS: Final[Mapping[str, Callable[[Situation, Path], None]]] = MappingProxyType(
    {
        "accuse.p7m": _acknowledgement,
        "accuse-douteux.p7m": _acknowledgement_by_another,
        "rejet.p7m": _rejection,
        "destruction.p7m": _destruction,
        "paquet.asice": _fetched_package,
        "beneficiaires.csv": _everyone,
        "corrige.csv": _corrected,
        "liste-sans-titres.csv": _without_titles,
        "rectifie.csv": _rectified,
        "nouveau.csv": _homonyms,
        "anterieur.csv": _too_early,
        "opposant.txt": _objector,
        "opposition.json": _objection,
        "liste-courte.csv": _too_short,
        "liste.csv": _shorter,
        "convention-2.toml": _another_end,
        "convention-2.toml.p7s": _approval,
        "convention-dpo.toml": _successor_of_approver,
        "convention-dpo.toml.p7s": _approval,
        "convention-bis.toml": _under_another_id,
        "convention-bis.toml.p7s": _approval,
        "convention-cle.toml": _other_keys,
        "convention-cle.toml.p7s": _approval,
        "deux-comptes.toml": _for_two_accounts,
        "deux-comptes.toml.p7s": _approval,
        "accuse-essai.p7m": _opened_test,
        "client.pem": _client_certificate,
        "engagement.pdf": _commitment,
        "engagement-collegue.pdf": _commitment,
        "engagement-dpo.pdf": _commitment,
        "engagement-dsi.pdf": _commitment,
        "engagement-surveillance.pdf": _commitment,
        "engagement-systeme.pdf": _commitment,
    }
)


def _last_package(situation: Situation) -> Path:
    return max(situation.package(DGEFP).parent.glob(f"*_{DEADLINE}_*.asice"))


def _local_rows() -> list[Person]:
    return list(people(_PEOPLE, PEOPLE_SEED))


def _write_with_new_mail(path: Path, whose: Collection[tuple[str, ...]]) -> None:
    corrected = {"courriel": "nouvelle.adresse@exemple.fr"}
    rows = [row | corrected if _identity(row) in whose else row for row in _local_rows()]
    write_local_export(path, rows)


def _identity(row: Mapping[str, str]) -> tuple[str, ...]:
    """Compare a row of the local system with one that was sent: its dates are French."""
    born = "-".join(reversed(row["date_naissance"].split("/")))
    return (row["nom"].casefold(), row["prenom"].casefold(), born)


def _write_next_version(situation: Situation, path: Path, changes: Mapping[str, str]) -> None:
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    for former, following in changes.items():
        assert former in text, former
        text = text.replace(former, following)
    path.write_text(text, "utf-8")
