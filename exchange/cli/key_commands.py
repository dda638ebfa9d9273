"""keys list, keys rotate."""

from typing import Any

import click

from exchange.cli.output import moment, next_step, note, show, show_json, show_pairs, show_table
from exchange.cli.session import for_real_option, json_option, opened
from exchange.rotation.rotating import Rotated, RotationPlan
from exchange.rotation.uses import KEY_USES, KeyName
from exchange.wiring import Service


@click.group("keys")
def keys_group() -> None:
    """Les clés : à quoi chacune sert, et la renouveler. Leur contenu n'est jamais montré."""


@keys_group.command("list")
@json_option
def keys_list_command(*, as_json: bool) -> None:
    """Lister les clés du trousseau, leurs versions et leur usage."""
    with opened() as service:
        listed = _listed(service)
        master = service.keyring.master_key_id, service.home.master_key
    if as_json:
        show_json({"master_key": {"id": master[0], "path": str(master[1])}, "keys": listed})
        return
    show(f"Clé maîtresse {master[0]}, hors du dossier : {master[1]}")
    show_table(
        ("clé", "version", "faite le", "en usage", "sert à"),
        [
            (
                f"{entry['purpose']}/{entry['scope']}",
                entry["version"],
                moment(entry["created_at"]),
                "oui" if entry["current"] else "lecture seule",
                entry["use"],
            )
            for entry in listed
        ],
    )
    note("Les clés d'un destinataire ne sont que chez lui ; voyez docs/keys.md.")
    next_step("spie-exchange keys rotate CLÉ")


@keys_group.command("rotate")
@click.argument("key", metavar="CLÉ")
@for_real_option
@json_option
def keys_rotate_command(key: str, *, for_real: bool, as_json: bool) -> None:
    """Renouveler une clé : essai à blanc, sauf avec --for-real.

    CLÉ est master, records/CONVENTION, pseudonym ou checkpoint ; pour les autres, la
    commande dit pourquoi elles ne se renouvellent pas, et que faire à la place.

    \b
    Exemples :
      spie-exchange keys rotate records/spie-62
      spie-exchange keys rotate master --for-real
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    rotated, log_key = None, ""
    with opened() as service:
        plan = service.key_rotator().plan(key)
        if for_real:
            with service.alone() as claiming:
                rotated = claiming.key_rotator().rotate(key)
            log_key = service.log_keys().current.verifier_key
    if as_json:
        show_json(_document(plan, rotated, log_key))
    elif rotated is None:
        _show_plan(plan)
    else:
        _show_rotated(plan, rotated, log_key)


def _listed(service: Service) -> list[dict[str, Any]]:
    return [
        {
            "purpose": entry.key_id.purpose,
            "scope": entry.key_id.scope,
            "version": entry.key_id.version,
            "created_at": entry.created_at,
            "use": KEY_USES[KeyName(entry.key_id.purpose)].use,
            "current": entry.key_id
            == service.keyring.latest(entry.key_id.purpose, entry.key_id.scope),
        }
        for entry in service.keyring.entries()
    ]


def _show_plan(plan: RotationPlan) -> None:
    show("Essai à blanc : rien n'est changé.")
    show_pairs(
        {
            "clé": f"{plan.name} ({plan.current})",
            "sert à": plan.use.use,
            "ce qui change": plan.use.renewal,
            "ensuite, à vous": plan.use.afterwards,
        }
    )
    next_step("la même commande avec --for-real")


def _show_rotated(plan: RotationPlan, rotated: Rotated, log_key: str) -> None:
    show(f"Clé renouvelée : {plan.current} → {rotated.key}")
    if rotated.checkpoint:
        show(f"Nouvelle clé du journal : {log_key}\n\n{rotated.checkpoint.rstrip()}")
    next_step(plan.use.afterwards)


def _document(plan: RotationPlan, rotated: Rotated | None, log_key: str) -> dict[str, Any]:
    document: dict[str, Any] = {"key": plan.current, "change": plan.use.renewal, "rotated": None}
    if rotated is not None:
        document |= {"rotated": rotated.key, "afterwards": plan.use.afterwards}
    if rotated is not None and rotated.checkpoint:
        document |= {"log_key": log_key, "checkpoint": rotated.checkpoint}
    return document
