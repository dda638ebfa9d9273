"""What can happen: every kind of event, and the closed set of details it may carry.

The details are counts, digests and identifiers. A kind that needs one more detail gets one
more name here and nowhere else; ``docs/audit-events.md`` is generated from this table
(``exchange.audit.catalogue_page``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

DetailType: TypeAlias = type[str] | type[int] | type[bool] | type[tuple[str, ...]]
Details: TypeAlias = Mapping[str, DetailType]


class EventKind(StrEnum):
    """The kinds of events, by object and act."""

    HOME_CREATED = "home.created"
    HOME_UPGRADED = "home.upgraded"
    HOME_JOINED = "home.joined"
    DATABASE_MOVED = "database.moved"
    CLOCK_SET = "clock.set"
    CLOCK_STEPPED_BACK = "clock.stepped_back"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_COMMITTED = "account.committed"
    ACCOUNT_ENDED = "account.ended"
    CREDENTIAL_ISSUED = "credential.issued"
    CREDENTIAL_REVOKED = "credential.revoked"
    CREDENTIAL_LOCKED = "credential.locked"
    CALLER_DENIED = "caller.denied"
    CALLER_LIMITED = "caller.limited"
    SEAL_REQUESTED = "seal.requested"
    SEAL_INSTALLED = "seal.installed"
    SEAL_IMPORTED = "seal.imported"
    KEY_ROTATED = "key.rotated"
    KEY_ROTATION_REFUSED = "key.rotation_refused"
    AGREEMENT_LOADED = "agreement.loaded"
    AGREEMENT_REFUSED = "agreement.refused"
    AGREEMENT_UNAPPROVED = "agreement.unapproved"
    IMPORT_BEGUN = "import.begun"
    IMPORT_DONE = "import.done"
    IMPORT_REFUSED = "import.refused"
    IMPORT_FAILED = "import.failed"
    SOURCE_REMOVED = "source.removed"
    HELD_LISTED = "held.listed"
    HELD_RELEASED = "held.released"
    HELD_DISCARDED = "held.discarded"
    PERSON_SETTLED = "person.settled"
    OBJECTION_ADDED = "objection.added"
    OBJECTION_LISTED = "objection.listed"
    OBJECTION_LIFTED = "objection.lifted"
    DEADLINE_DECLARED_READY = "deadline.declared_ready"
    EXPORT_PREVIEWED = "export.previewed"
    EXPORT_REFUSED = "export.refused"
    TRANSFER_PREPARED = "transfer.prepared"
    TRANSFER_APPROVED = "transfer.approved"
    TRANSFER_APPROVAL_REFUSED = "transfer.approval_refused"
    TRANSFER_APPROVAL_VOIDED = "transfer.approval_voided"
    TRANSFER_PUBLISHING = "transfer.publishing"
    TRANSFER_PUBLISHED = "transfer.published"
    TRANSFER_ABANDONED = "transfer.abandoned"
    TRANSFER_CANCELLED = "transfer.cancelled"
    TRANSFER_WITHDRAWN = "transfer.withdrawn"
    PACKAGE_FETCHED = "package.fetched"
    RECEIPT_ACCEPTED = "receipt.accepted"
    RECEIPT_NOTED = "receipt.noted"
    RECEIPT_REFUSED = "receipt.refused"
    REJECTED_READ = "rejected.read"
    RECIPIENT_PROVEN = "recipient.proven"
    CLAIM_TAKEN_OVER = "claim.taken_over"
    CLAIM_LOST = "claim.lost"
    ATTEMPT_FAILED = "attempt.failed"
    PURGE_BEGUN = "purge.begun"
    PURGE_DONE = "purge.done"
    PURGE_REFUSED = "purge.refused"
    CERTIFICATE_ISSUED = "certificate.issued"
    NOTICES_TOLD = "notices.told"
    NOTICES_TESTED = "notices.tested"
    LOG_LISTED = "log.listed"
    LOG_VERIFIED = "log.verified"
    LOG_PROVED = "log.proved"
    CHECKPOINT_SIGNED = "checkpoint.signed"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One kind: a French line for the DPO, and the details it must and may carry."""

    description: str
    required: Details = field(default_factory=dict)
    optional: Details = field(default_factory=dict)


_IMPORT: Final[Details] = {"load": str, "mode": str, "dry_run": bool, "attested": bool}
_IMPORT_COUNTS: Final[Details] = {
    "read": int,
    "refused": int,
    "created": int,
    "updated": int,
    "unchanged": int,
    "held": int,
    "objecting": int,
    "absent": int,
    "superseded": int,
    "codes": tuple,
}
_OBJECTION: Final[Details] = {"objection": str, "case_number": str, "person": str}
_TRANSFER: Final[Details] = {
    "recipient": str,
    "deadline": str,
    "revision": int,
    "rows": int,
    "agreement_digest": str,
}
_KIND_OF_TRANSFER: Final[Details] = {
    "transfer_kind": str,
    "unattended": bool,
    "reason": str,
    "follows": str,
}
_PURGE: Final[Details] = {
    "purge": str,
    "people": int,
    "held_rows": int,
    "packages": int,
    "keys": tuple,
}

CATALOGUE: Final[Mapping[EventKind, CatalogueEntry]] = MappingProxyType(
    {
        EventKind.HOME_CREATED: CatalogueEntry(
            "Le dossier de travail est créé ; c'est toujours le premier événement.",
            {"trial": bool, "version": str},
        ),
        EventKind.HOME_UPGRADED: CatalogueEntry(
            "Le schéma de la base est mis à niveau ; les lignes d'avant qui n'avaient que "
            "l'empreinte de leur clé locale reçoivent celle de leur nom.",
            {"schema": str, "indexed": int},
        ),
        EventKind.HOME_JOINED: CatalogueEntry(
            "Une machine de plus travaille sur la même base et le même dossier partagé.",
            {"machine": str, "version": str},
        ),
        EventKind.DATABASE_MOVED: CatalogueEntry(
            "La base passe du fichier du dossier à un serveur PostgreSQL ; commencé dans l'un, "
            "fini dans l'autre.",
            {"rows": int},
        ),
        EventKind.CLOCK_SET: CatalogueEntry(
            "L'horloge d'un dossier d'essai est réglée.", {"instant": str}
        ),
        EventKind.CLOCK_STEPPED_BACK: CatalogueEntry(
            "L'horloge de la machine a reculé depuis l'événement précédent.",
            {"last_instant": str, "seconds": int},
        ),
        EventKind.ACCOUNT_CREATED: CatalogueEntry(
            "Un compte est créé, pour une machine ou un programme qui appelle le service.",
            {"role": str},
            {"agreement": str, "recipient": str},
        ),
        EventKind.ACCOUNT_COMMITTED: CatalogueEntry(
            "L'engagement de confidentialité de qui tient un compte est enregistré, par "
            "l'empreinte du document signé ; avant, le compte ne peut rien.",
            {"document": str},
        ),
        EventKind.ACCOUNT_ENDED: CatalogueEntry("Un compte prend fin, pour toujours."),
        EventKind.CREDENTIAL_ISSUED: CatalogueEntry(
            "Un jeton est fait, ou un certificat est admis (ou l'est plus longtemps), pour un "
            "compte ; sans droits, ce sont ceux du rôle.",
            {"credential": str, "credential_kind": str, "rights": tuple, "expires": str},
            {"certificate": str},
        ),
        EventKind.CREDENTIAL_REVOKED: CatalogueEntry(
            "Un justificatif est révoqué ; la demande suivante qui le présente est refusée.",
            {"credential": str},
        ),
        EventKind.CREDENTIAL_LOCKED: CatalogueEntry(
            "Un justificatif est bloqué un moment, après trop d'essais faux.",
            {"credential": str, "failures": int},
        ),
        EventKind.CALLER_DENIED: CatalogueEntry(
            "Une demande est refusée à qui appelle le service : inconnu, ou sans ce droit.",
            {"denial": str, "route": str, "method": str},
            {"account": str, "credential": str},
        ),
        EventKind.CALLER_LIMITED: CatalogueEntry(
            "Qui appelle le service a dépassé ce qu'il peut demander (requests), ou se voir "
            "refuser (denials), en une minute : ce qui suit n'y laisse plus de trace.",
            {"limit": str, "allowed": int},
        ),
        EventKind.SEAL_REQUESTED: CatalogueEntry(
            "Une demande de certificat de cachet est produite.", {"request_digest": str}
        ),
        EventKind.SEAL_INSTALLED: CatalogueEntry(
            "Le certificat de cachet est installé.", {"certificate_digest": str}
        ),
        EventKind.SEAL_IMPORTED: CatalogueEntry(
            "Une clé de cachet et son certificat sont repris d'un fichier PKCS#12.",
            {"certificate_digest": str},
        ),
        EventKind.KEY_ROTATED: CatalogueEntry(
            "Une clé est renouvelée : au début l'ancienne est nommée, à la fin la nouvelle ; celle "
            "du journal l'est par sa moitié publique, dès le début. Après un échec ou une "
            "interruption, qui nomment l'ancienne, le trousseau dit laquelle est en usage.",
            {"key": str},
            {"log_key": str},
        ),
        EventKind.KEY_ROTATION_REFUSED: CatalogueEntry(
            "Le renouvellement d'une clé est demandé, qui ne se renouvelle pas."
        ),
        EventKind.AGREEMENT_LOADED: CatalogueEntry(
            "Une version de la convention entre en vigueur ; `approver` est l'empreinte du "
            "certificat de qui l'a approuvée.",
            {"version": int, "digest": str},
            {"approver": str},
        ),
        EventKind.AGREEMENT_REFUSED: CatalogueEntry(
            "Un fichier de convention est refusé.", {"problems": int}
        ),
        EventKind.AGREEMENT_UNAPPROVED: CatalogueEntry(
            "Un fichier de convention n'entre pas en vigueur, faute de l'approbation voulue.",
            {"version": int, "digest": str},
        ),
        EventKind.IMPORT_BEGUN: CatalogueEntry(
            "La lecture d'un fichier de bénéficiaires commence.", _IMPORT
        ),
        EventKind.IMPORT_DONE: CatalogueEntry(
            "La lecture est finie ; les lignes acceptées sont dans la base, sauf à blanc.",
            {**_IMPORT, **_IMPORT_COUNTS},
        ),
        EventKind.IMPORT_REFUSED: CatalogueEntry(
            "Un fichier est refusé en entier ; rien n'en est gardé.",
            optional={**_IMPORT, **_IMPORT_COUNTS},
        ),
        EventKind.IMPORT_FAILED: CatalogueEntry(
            "Une lecture a été interrompue ; rien n'en est gardé.", _IMPORT
        ),
        EventKind.SOURCE_REMOVED: CatalogueEntry(
            "Le fichier source d'un chargement est retiré de son dossier ; le support peut en "
            "garder les blocs.",
            {"load": str},
        ),
        EventKind.HELD_LISTED: CatalogueEntry("Les lignes retenues sont lues.", {"rows": int}),
        EventKind.HELD_RELEASED: CatalogueEntry(
            "Une ligne retenue est libérée, ou ne peut pas l'être.",
            {"load": str, "line": int, "code": str, "person": str},
        ),
        EventKind.HELD_DISCARDED: CatalogueEntry(
            "Une ligne retenue est écartée : elle n'entre pas dans la base.",
            {"load": str, "line": int, "code": str},
        ),
        EventKind.PERSON_SETTLED: CatalogueEntry(
            "Une ligne retenue est attribuée à une personne, ou ne peut pas l'être.",
            {"load": str, "line": int, "settled_as": str, "person": str},
        ),
        EventKind.OBJECTION_ADDED: CatalogueEntry(
            "Une personne s'oppose : ses données n'entrent plus et ne partent plus.", _OBJECTION
        ),
        EventKind.OBJECTION_LISTED: CatalogueEntry(
            "La liste des oppositions, sans identité, est lue.", {"rows": int}
        ),
        EventKind.OBJECTION_LIFTED: CatalogueEntry("Une opposition prend fin.", _OBJECTION),
        EventKind.DEADLINE_DECLARED_READY: CatalogueEntry(
            "Les données d'une échéance sont déclarées prêtes.", {"agreement": str, "people": int}
        ),
        EventKind.EXPORT_PREVIEWED: CatalogueEntry(
            "Un envoi est simulé : des personnes sont comptées.", {"transfers": tuple}
        ),
        EventKind.EXPORT_REFUSED: CatalogueEntry("Un envoi est refusé ; rien n'est parti."),
        EventKind.TRANSFER_PREPARED: CatalogueEntry(
            "Un envoi est préparé pour qu'un second compte l'approuve (`four_eyes`) ; `basis` est "
            "l'empreinte de ce qui est montré, `prepared_by` qui ne peut pas l'approuver.",
            {**_TRANSFER, "basis": str, "prepared_by": str},
            {"transfer_kind": str, "unattended": bool},
        ),
        EventKind.TRANSFER_APPROVED: CatalogueEntry(
            "Un second compte approuve un envoi : il peut partir, tel qu'il a été montré.",
            {"recipient": str, "rows": int, "basis": str, "prepared_by": str, "approved_by": str},
        ),
        EventKind.TRANSFER_APPROVAL_REFUSED: CatalogueEntry(
            "Une approbation est refusée : de qui a préparé l'envoi, ou de ce qui n'est plus à "
            "approuver."
        ),
        EventKind.TRANSFER_APPROVAL_VOIDED: CatalogueEntry(
            "Une approbation ne vaut plus, car ce qui partirait a changé ; il en faut une autre.",
            {"basis": str, "prepared_by": str, "approved_by": str},
        ),
        EventKind.TRANSFER_PUBLISHING: CatalogueEntry(
            "La fabrication d'un paquet commence ; `prepared_by` et `approved_by` : les deux "
            "comptes, quand il en faut deux.",
            _TRANSFER,
            {**_KIND_OF_TRANSFER, "prepared_by": str, "approved_by": str},
        ),
        EventKind.TRANSFER_PUBLISHED: CatalogueEntry(
            "Un paquet est à la disposition de son destinataire ; `undeclared` : personne n'avait "
            "déclaré les données prêtes ; `late` : le jour de l'échéance était passé.",
            {"recipient": str, "rows": int, "package_digest": str},
            {"undeclared": bool, "late": bool},
        ),
        EventKind.TRANSFER_ABANDONED: CatalogueEntry("Un envoi est abandonné avant d'être publié."),
        EventKind.TRANSFER_CANCELLED: CatalogueEntry(
            "Un envoi est annulé avant d'être publié ; rien n'est parti.", {"recipient": str}
        ),
        EventKind.TRANSFER_WITHDRAWN: CatalogueEntry(
            "Un paquet publié est retiré ; un avis signé prend sa place.",
            {"recipient": str, "reason": str, "package_digest": str, "notice_digest": str},
        ),
        EventKind.PACKAGE_FETCHED: CatalogueEntry(
            "Un paquet, ou une plage de ses octets, commence à être remis à qui l'a demandé.",
            {"recipient": str, "package": str, "first_byte": int, "size": int},
        ),
        EventKind.RECEIPT_ACCEPTED: CatalogueEntry(
            "Un accusé, un rejet ou une déclaration de destruction est reçu et vérifié.",
            {"receipt_kind": str, "receipt_digest": str, "rejected": int},
        ),
        EventKind.RECEIPT_NOTED: CatalogueEntry(
            "Une réponse NON SIGNÉE est notée sur la parole de l'opérateur : lettre, courriel, "
            "téléphone.",
            {
                "receipt_kind": str,
                "receipt_digest": str,
                "rejected": int,
                "channel": str,
                "received_on": str,
            },
        ),
        EventKind.RECEIPT_REFUSED: CatalogueEntry("Une réponse est refusée ; elle ne change rien."),
        EventKind.REJECTED_READ: CatalogueEntry(
            "De qui sont les lignes rejetées d'un envoi est écrit dans un fichier.", {"rows": int}
        ),
        EventKind.RECIPIENT_PROVEN: CatalogueEntry(
            "L'accusé d'un essai montre que la clé d'un destinataire ouvre et que son certificat "
            "signe.",
            {"transfer": str, "agreement_version": int, "certificate_digest": str},
        ),
        EventKind.CLAIM_TAKEN_OVER: CatalogueEntry(
            "Le travail d'une commande restée trop longtemps sans avancer est repris.",
            {"epoch": int},
        ),
        EventKind.CLAIM_LOST: CatalogueEntry(
            "Une commande dont le travail a été repris s'est réveillée ; elle s'arrête.",
            {"epoch": int},
        ),
        EventKind.ATTEMPT_FAILED: CatalogueEntry(
            "Un travail que personne ne surveille n'a pas abouti ; il sera retenté.",
            {"job": str, "failures": int},
            {"machine": str},
        ),
        EventKind.PURGE_BEGUN: CatalogueEntry("Une destruction commence.", _PURGE),
        EventKind.PURGE_DONE: CatalogueEntry("Une destruction est finie.", _PURGE),
        EventKind.PURGE_REFUSED: CatalogueEntry(
            "Une destruction est demandée avant que rien soit arrivé à son terme."
        ),
        EventKind.CERTIFICATE_ISSUED: CatalogueEntry(
            "Un certificat de destruction est délivré.", {"purge": str, "certificate_digest": str}
        ),
        EventKind.NOTICES_TOLD: CatalogueEntry(
            "Des avertissements sont envoyés par courriel ; le serveur a pu refuser une partie "
            "des adresses.",
            {"notices": int, "kinds": tuple, "refused": int},
        ),
        EventKind.NOTICES_TESTED: CatalogueEntry("Un courriel d'essai est envoyé."),
        EventKind.LOG_LISTED: CatalogueEntry(
            "Le journal des preuves est lu, en entier ou pour un genre, un compte.",
            {"first": int, "last": int},
            {"listed_kind": str, "listed_account": str},
        ),
        EventKind.LOG_VERIFIED: CatalogueEntry(
            "Le journal des preuves est vérifié.", {"events": int, "checkpoints": int}
        ),
        EventKind.LOG_PROVED: CatalogueEntry(
            "Une preuve d'inclusion est délivrée.", {"leaf": int, "size": int}
        ),
        EventKind.CHECKPOINT_SIGNED: CatalogueEntry(
            "Un point de contrôle est signé à la demande.", {"size": int, "root": str}
        ),
    }
)
