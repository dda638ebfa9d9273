"""The destruction certificate: made, signed, kept, verified offline."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from exchange.audit.events import EventKind, Outcome, instant_text, read_event
from exchange.audit.log import EvidenceRows
from exchange.audit.proofs import parse_proof, prove, verify_proof
from exchange.clock import Clock
from exchange.errors import AttentionError
from exchange.retention.certificate_text import certificate_text
from exchange.retention.purge import Purge, PurgeRows
from exchange.transactions import Evidenced, Store
from keys.durable_files import promote, stage
from keys.errors import InvalidSignatureError
from keys.notes import NoteVerifier
from keys.seal import (
    SealKey,
    load_certificate,
    require_own_form,
    sign_enveloping,
    unverified_content,
    verify_enveloping,
)
from schemas.agreement import Agreement
from schemas.certificate import (
    CertificateFormError,
    DestructionCertificate,
    read_certificate,
)

_FROM: Final = {
    "last_due": "la dernière échéance d'envoi",
    "processing_ends": "la fin du traitement",
}
_ARCHIVES: Final = {
    "duplicate": "ces données sont des doubles",
    "visa": "visa du directeur des archives",
    "not_applicable": "sans objet",
}
_METHOD: Final = (
    "la clé des données de cette convention et celle de ses empreintes d'identité ont été retirées "
    "du trousseau (AES-256-GCM : sans clé, une ligne scellée ne se lit plus)",
    "la clé maîtresse a été remplacée et les clés restantes réenveloppées : une ancienne copie de "
    "la base avec le nouveau trousseau n'ouvre rien",
    "les lignes ont été effacées et la base récrite sans elles : un fichier par secure_delete et "
    "VACUUM, ses journaux vidés ; sur un serveur PostgreSQL, chaque table par VACUUM FULL",
    "les paquets à leur terme ont été retirés du dossier d'envoi",
)
_EXCEPTIONS: Final = (
    "les sauvegardes du dossier de travail, de la clé maîtresse et du fichier source, tant que "
    "l'exploitant ne les a pas remplacées",
    "les restes sur le support (blocs réaffectés, instantanés), que seul le retrait ou "
    "l'effacement du support atteint",
    "sur un serveur PostgreSQL : son journal (WAL) et les archives de celui-ci, ses répliques, ses "
    "sauvegardes, tant que son administrateur ne les a pas remplacés",
    "le fichier source de l'exploitant dans le système local",
    "les copies des destinataires, qui certifient leur propre destruction",
    "qui a envoyé quelle ligne à qui, sans identifiant direct, gardé jusqu'au terme du journal",
)


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def purges(self) -> PurgeRows:
        """The register of destructions."""
        ...

    @property
    def evidence_rows(self) -> EvidenceRows:
        """The evidence as it lies in the database."""
        ...


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate on disk: the signed document, and the text to read."""

    path: Path
    text_path: Path
    certificate: DestructionCertificate


@dataclass(frozen=True, slots=True)
class CertificateIssuer:
    """What issuing needs. ``checkpoint`` signs and gives the current tree head."""

    store: Store[Work]
    folder: Path
    seal: SealKey
    clock: Clock
    trial: bool
    checkpoint: Callable[[], str]
    checkpoint_key: str

    def issue(self, agreement: Agreement, purge: Purge) -> IssuedCertificate:
        """Issue the certificate of a destruction.

        Its files wait beside their names until the base has it: a restart before that
        issues it anew, one after it finishes with the same bytes (``finish``).
        """
        certificate = self._certificate(agreement, purge)
        content = certificate.canonical_bytes()
        document = sign_enveloping(content, self.seal, self.clock.now())
        path = certificate_path(self.folder, agreement.id, purge.purge_id, trial=self.trial)
        text_path = path.with_suffix(".txt")
        files = {
            path: document,
            path.with_suffix(".json"): content + b"\n",
            text_path: certificate_text(certificate).encode(),
        }
        self._keep(agreement, purge, document, files)
        self.finish(agreement)
        return IssuedCertificate(path, text_path, certificate)

    def finish(self, agreement: Agreement) -> tuple[Path, ...]:
        """Give the files of certificates that the base has their names; the others go.

        Gives the files that had been waiting for it.
        """
        finished = []
        with self.store.begin() as work:
            for waiting in waiting_files(self.folder, agreement.id):
                final = waiting.with_suffix("")
                purge_id = final.name.split(".")[0].rsplit("_", 1)[1]
                if work.purges.has_certificate(purge_id):
                    promote(final)
                    finished.append(final)
                else:
                    waiting.unlink()
        return tuple(finished)

    def _certificate(self, agreement: Agreement, purge: Purge) -> DestructionCertificate:
        checkpoint = self.checkpoint()
        if purge.outcome_leaf is None or purge.ended_at is None:
            raise AssertionError("a purge without an outcome has no certificate")
        with self.store.read() as work:
            event = work.evidence_rows.event(purge.outcome_leaf)
            proof = prove(work.evidence_rows, purge.outcome_leaf, checkpoint)
        rule = agreement.retention.records
        return DestructionCertificate(
            certificate_id=purge.purge_id,
            trial=self.trial,
            issuer=self.seal.certificate.subject,
            agreement=agreement.id,
            agreement_digest=agreement.digest,
            rule=f"{rule.days} jours après {_FROM[rule.from_]}, au plus tard le {rule.at_latest}",
            instruction=agreement.retention.instruction,
            archives=_archives_status(agreement),
            begun_at=instant_text(purge.begun_at),
            ended_at=instant_text(purge.ended_at),
            people=purge.people,
            held_rows=purge.held_rows,
            packages=len(purge.packages),
            keys=purge.keys,
            scope=_scope(purge),
            method=_METHOD,
            exceptions=_EXCEPTIONS,
            leaf_index=purge.outcome_leaf,
            event=event.decode(),
            proof=proof,
            log_key=self.checkpoint_key,
        )

    def _keep(
        self, agreement: Agreement, purge: Purge, document: bytes, files: Mapping[Path, bytes]
    ) -> None:
        digest = hashlib.sha256(document).hexdigest()
        with self.store.begin() as work:
            for path, content in files.items():
                stage(path, content)
            work.purges.keep_certificate(purge.purge_id, document)
            work.evidence.record(
                EventKind.CERTIFICATE_ISSUED,
                Outcome.DONE,
                subject=agreement.id,
                purge=purge.purge_id,
                certificate_digest=digest,
            )


def certificate_path(folder: Path, agreement_id: str, purge_id: str, *, trial: bool) -> Path:
    """Say where the signed certificate of a destruction lies."""
    mark = ".ESSAI" if trial else ""
    return folder / f"destruction_{agreement_id}_{purge_id}{mark}.p7m"


def waiting_files(folder: Path, agreement_id: str) -> list[Path]:
    """Give the files of certificates that an interruption kept from taking their names."""
    return sorted(folder.glob(f"destruction_{agreement_id}_*.next"))


def verify_certificate(document: bytes, seal_certificate: bytes) -> DestructionCertificate:
    """Verify a certificate offline.

    Properties that hold:

    1. it is signed by the pinned seal, in the one form of our writer; the seal also vouches
       for the log's key in it;
    2. the leaf it cites is in the log, under a checkpoint which that key signed;
    3. the leaf is the end of this very destruction, with these very counts.

    Raises ``InvalidSignatureError``, ``CertificateFormError`` or ``AttentionError``.
    """
    content, verified = verify_enveloping(document, load_certificate(seal_certificate))  # (1)
    require_own_form(document, content, verified)  # (1)
    certificate = read_certificate(content)
    verifier = NoteVerifier.parse(certificate.log_key)
    event = certificate.event.encode()
    verify_proof(certificate.proof, event, verifier, verifier.name)  # (2)
    if parse_proof(certificate.proof).index != certificate.leaf_index:
        raise _disagrees()
    _require_same_destruction(certificate, event)  # (3)
    return certificate


def kept_certificate(document: bytes) -> DestructionCertificate:
    """Read a certificate that this service issued and kept, to show what it says.

    Raises ``AttentionError`` where it is none any more.
    """
    try:
        return read_certificate(unverified_content(document))
    except (InvalidSignatureError, CertificateFormError):
        raise AttentionError(
            "un certificat de destruction gardé dans la base ne se lit plus",
            "gardez la base en l'état et prévenez le DPO, puis : spie-exchange doctor",
        ) from None


def _archives_status(agreement: Agreement) -> str:
    archives = agreement.retention.archives
    label = _ARCHIVES[archives.status]
    return f"{label} ({archives.reference})" if archives.reference else label


def _scope(purge: Purge) -> tuple[str, ...]:
    parts = []
    if purge.destroys_records:
        parts.append(
            "toutes les données des personnes de la convention, lignes retenues et liste des "
            "oppositions comprises"
        )
    if purge.packages:
        parts.append("les paquets chiffrés du dossier d'envoi arrivés à leur terme")
    return tuple(parts)


def _require_same_destruction(certificate: DestructionCertificate, event: bytes) -> None:
    written = read_event(event)
    stated = {
        "purge": certificate.certificate_id,
        "people": certificate.people,
        "held_rows": certificate.held_rows,
        "packages": certificate.packages,
        "keys": list(certificate.keys),
    }
    same = written.columns.kind == EventKind.PURGE_DONE and dict(written.details) == stated
    if not same or written.columns.subject != certificate.agreement:
        raise _disagrees()


def _disagrees() -> AttentionError:
    return AttentionError(
        "le certificat ne dit pas la même chose que la feuille du journal qu'il cite",
        "demandez au Département un nouveau certificat, et prévenez le délégué",
    )
