"""A transfer to come, as people read it and as machines do."""

from typing import Any, Final

from exchange.cli.output import day, integer, moment, show, show_pairs
from exchange.transfers.answers import sent_standing
from exchange.transfers.preview import Preview
from exchange.transfers.proven import RecipientProof
from schemas.manifest import TransferKind

VIEW_LABELS: Final = {
    "nominative": "nominative (les huit données)",
    "pseudonymised": "pseudonymisée (référence, tranche d'âge, département, mois d'entrée)",
}
KIND_LABELS: Final = {
    TransferKind.CONTRACTUAL: "envoi de l'échéance",
    TransferKind.REPLACEMENT: "remplacement, en entier",
    TransferKind.CORRECTION: "correction de certaines lignes",
    TransferKind.TEST: "essai de clés, dix personnes inventées",
}
ABSENT_LABEL: Final = "absentes de la liste complète, non envoyées"
OBJECTING_LABEL: Final = "écartées (opposition), non envoyées"
_CONTENT_LABELS: Final = {
    "all": "toutes les personnes arrêtées à cette date",
    "not_yet_sent": "celles qu'une autre échéance ne lui a pas déjà envoyées",
    None: "–",
}


def show_preview(entry: Preview) -> None:
    """Show what would leave, for whom, under which instruction, and what stands in the way."""
    dispatch, counts = entry.dispatch, entry.counts
    show(f"\n{entry.transfer_id}")
    pairs: dict[str, object] = {
        "destinataire": f"{entry.recipient.name} ({entry.recipient.id})",
        "empreinte de sa clé": entry.recipient.fingerprint,
        "vue": VIEW_LABELS[entry.recipient.view],
        "instruction": dispatch.instruction_id,
        "arrêté au": day(entry.deadline.cut_off),
        "à remettre au plus tard le": day(entry.deadline.due),
        "contenu": _CONTENT_LABELS[entry.deadline.content],
    }
    if dispatch.follows is not None:
        pairs["nature"] = KIND_LABELS[dispatch.kind]
        pairs["fait suite à"] = f"{dispatch.follows} ({dispatch.reason})"
    pairs |= {
        "lignes": integer(counts.total),
        "dont chargées après l'arrêté": integer(counts.loaded_after_cut_off),
        "dont déjà envoyées": integer(counts.already_sent),
        "laissées de côté": integer(counts.left_out),
        "changées depuis leur dernier envoi": integer(counts.changed),
        ABSENT_LABEL: integer(counts.absent),
        OBJECTING_LABEL: integer(counts.objecting),
        "retenues, non envoyées": integer(counts.held),
        "état": _standing(entry),
    }
    show_pairs(pairs)
    for obstacle in entry.hindrances:
        show(f"  empêché : {obstacle.sentence} — {obstacle.hint}")


def preview_document(entry: Preview) -> dict[str, Any]:
    """Say a preview in JSON."""
    return {
        "transfer": entry.transfer_id,
        "kind": entry.dispatch.kind,
        "follows": entry.dispatch.follows,
        "deadline": entry.deadline.id,
        "recipient": entry.recipient.id,
        "instruction": entry.dispatch.instruction_id,
        "cut_off": entry.deadline.cut_off,
        "due": entry.deadline.due,
        "content": entry.deadline.content,
        "rows": entry.counts.total,
        "loaded_after_cut_off": entry.counts.loaded_after_cut_off,
        "already_sent": entry.counts.already_sent,
        "left_out": entry.counts.left_out,
        "changed": entry.counts.changed,
        "absent": entry.counts.absent,
        "objecting": entry.counts.objecting,
        "held": entry.counts.held,
        "state": entry.existing.state if entry.existing else "to-do",
        "owed": entry.owed.owing if entry.owed else None,
        "late": entry.is_late,
        "undeclared": entry.undeclared,
        "obstacles": [obstacle.sentence for obstacle in entry.hindrances],
    }


def proof_label(proof: RecipientProof) -> str:
    """Say since when a recipient is proven."""
    return "à éprouver" if proof.proven_since is None else moment(proof.proven_since)


def _standing(entry: Preview) -> str:
    if entry.existing is not None and entry.is_sent:
        at = moment(entry.existing.published_at)
        return sent_standing(entry.existing, at, is_late=entry.is_late)
    stands = "prêt à partir" if entry.is_sendable else "ne peut pas partir"
    return f"{stands} — EN RETARD" if entry.is_late else stands
