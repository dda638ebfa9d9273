"""notices list, test, sample."""

import click

from exchange.cli.output import moment, next_step, note, show, show_json, show_pairs
from exchange.cli.session import json_option, opened
from exchange.notices.notice import LABELS
from exchange.notices.probe_mail import send_test
from exchange.notices.standing import Standing, standing_notices
from schemas.notices import notices_sample


@click.group("notices")
def notices_group() -> None:
    """Les avertissements : ce qui est à savoir, à qui c'est dit et par quel courriel."""


@notices_group.command("list")
@json_option
def notices_list_command(*, as_json: bool) -> None:
    """Voir tout ce qui est à savoir aujourd'hui, et quand cela a été dit par courriel."""
    with opened(inspecting=True) as service:
        standing = standing_notices(service)
    if as_json:
        show_json([_document(entry) for entry in standing])
        return
    for entry in standing:
        _show(entry)
    if not standing:
        show("Rien à signaler.")
    next_step("spie-exchange status")


@notices_group.command("test")
def notices_test_command() -> None:
    """Envoyer un courriel d'essai, et dire ce que le serveur en fait.

    Le serveur, l'expéditeur et les destinataires sont ceux de notices.toml, dans le
    dossier de travail.
    """
    with opened() as service:
        mail, refused = send_test(service)
    show(f"Courriel d'essai accepté par {mail.host}, port {mail.port}.")
    show_pairs({"de": mail.from_, "à": ", ".join(mail.to)})
    if refused:
        note(
            f"attention : le serveur a refusé {refused} de ces {len(mail.to)} adresses de "
            "destination : corrigez notices.toml"
        )
    next_step("vérifiez qu'il est arrivé, puis : spie-exchange scheduler")


@notices_group.command("sample")
def notices_sample_command() -> None:
    """Écrire le modèle de notices.toml sur la sortie : à remplir."""
    show(notices_sample().rstrip("\n"))
    next_step("enregistrez-le dans le dossier de travail, puis : spie-exchange notices test")


def _document(entry: Standing) -> dict[str, object]:
    notice = entry.notice
    return {
        "kind": notice.kind,
        "subject": notice.subject,
        "occasion": notice.occasion,
        "sentence": notice.sentence,
        "way_out": notice.way_out,
        "urgent": notice.urgent,
        "told": entry.is_told,
        "last_told_at": entry.last_told_at,
    }


def _show(entry: Standing) -> None:
    notice = entry.notice
    mark = "URGENT, " if notice.urgent else ""
    told = f"dit le {moment(entry.last_told_at)}" if entry.last_told_at else "pas encore dit"
    show(f"[{mark}{LABELS[notice.kind]}] {notice.sentence} ({told})")
    show(f"  → {notice.way_out}")
