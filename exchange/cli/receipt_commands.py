"""receipt, receipt record: what a recipient answers, signed or not."""

from pathlib import Path
from typing import Any

import click

from exchange.agreements import in_force
from exchange.cli.given_files import read_document
from exchange.cli.output import integer, moment, next_step, show, show_json, show_pairs
from exchange.cli.session import for_real_option, json_option, opened
from exchange.errors import RefusedError
from exchange.transfers.acceptance import accept_receipt, answered_transfer
from exchange.transfers.answers import Accepted, standing
from exchange.transfers.owed import late_transfers
from exchange.transfers.unsigned_answers import (
    CHANNEL_LABELS,
    Channel,
    UnsignedAnswer,
    noted_agreement,
    preview_unsigned,
    record_unsigned,
)
from exchange.wiring import Service
from schemas.annex_e import RuleCode
from schemas.receipt import ReceiptKind

_SIGNED = "signed"


class _ReceiptGroup(click.Group):
    """``receipt FICHIER`` is what is typed most: a word that names no command is a file."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return super().resolve_command(ctx, [_SIGNED, *args])


@click.group("receipt", cls=_ReceiptGroup)
def receipt_group() -> None:
    """Enregistrer la réponse d'un destinataire : accusé, rejet, destruction déclarée.

    \b
      spie-exchange receipt accuse.p7m            une réponse signée
      spie-exchange receipt record TRANSFERT …    une lettre, un courriel, un appel
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines


@receipt_group.command(_SIGNED)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def receipt_signed_command(file: Path) -> None:
    """Enregistrer une réponse signée (le mot « signed » peut être omis).

    La signature, le transfert et l'empreinte du paquet sont vérifiés ; une réponse d'un
    autre, altérée ou déjà vue est refusée et ne change rien.
    """
    with opened() as service:
        document = read_document(file)
        answered = answered_transfer(service.database, document)
        with service.exclusively(answered.agreement_id) as claiming:
            accepted = accept_receipt(claiming.database, document, claiming.keyring, claiming.clock)
        late = _is_late(service, accepted)
    show(f"Réponse acceptée : {accepted.label}")
    show_pairs(_accepted_pairs(accepted, is_late=late))
    next_step(f"spie-exchange transfer show {accepted.transfer.transfer_id}")


@receipt_group.command("record")
@click.argument("transfer_id", metavar="TRANSFERT")
@click.option("--kind", type=click.Choice([str(kind) for kind in ReceiptKind]), required=True)
@click.option(
    "--channel",
    type=click.Choice([str(channel) for channel in Channel]),
    required=True,
    help="Comment elle est venue : courrier, courriel, téléphone, de vive voix.",
)
@click.option(
    "--received-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Le jour de réception."
)
@click.option(
    "--line", "lines", type=click.IntRange(min=1), multiple=True, help="Une ligne rejetée."
)
@click.option(
    "--code",
    "codes",
    type=click.Choice([str(code) for code in RuleCode]),
    metavar="CODE",
    multiple=True,
    help="Le code de cette ligne, ou un seul pour toutes.",
)
@for_real_option
@json_option
def receipt_record_command(
    transfer_id: str,
    kind: str,
    channel: str,
    received_on: Any,  # noqa: ANN401 - click's own type
    lines: tuple[int, ...],
    codes: tuple[str, ...],
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Noter une réponse venue SANS signature ; elle reste marquée NON SIGNÉE partout.

    Elle fait avancer le transfert, mais ne prouve rien : elle repose sur votre parole, et
    ne se retire pas. Une réponse signée reste acceptée après elle, et la confirme.

    \b
    Exemple :
      spie-exchange receipt record spie-62_enquete-1_dgefp_r1 \\
        --kind rejection --channel mail --received-on 2023-02-03 --line 12 --code COURRIEL_FORMAT
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    answer = UnsignedAnswer(
        transfer_id,
        ReceiptKind(kind),
        Channel(channel),
        received_on.date(),
        _rejections(lines, codes),
    )
    with opened() as service:
        act = _record if for_real else _preview
        accepted = act(service, answer)
        late = _is_late(service, accepted)
    if as_json:
        show_json(_document(accepted, answer, recorded=for_real))
        return
    _show_unsigned(accepted, answer, recorded=for_real, is_late=late)


def _record(service: Service, answer: UnsignedAnswer) -> Accepted:
    with service.exclusively(noted_agreement(service.database, answer)) as claiming:
        return record_unsigned(claiming.database, answer, claiming.clock)


def _preview(service: Service, answer: UnsignedAnswer) -> Accepted:
    return preview_unsigned(service.database, answer, service.clock)


def _is_late(service: Service, accepted: Accepted) -> bool:
    """Tell whether what is answered had left once the day it was due was over."""
    transfer = accepted.transfer
    with service.database.read() as work:
        agreement = in_force(work.agreements, transfer.agreement_id)
        return bool(late_transfers(work, agreement, [transfer], service.clock.now()))


def _rejections(lines: tuple[int, ...], codes: tuple[str, ...]) -> tuple[tuple[int, RuleCode], ...]:
    each = codes * len(lines) if len(codes) == 1 else codes
    if len(each) != len(lines):
        raise RefusedError(
            f"{len(lines)} ligne(s) et {len(codes)} code(s) ne vont pas ensemble",
            "donnez un --code par --line, dans le même ordre, ou un seul --code pour toutes",
        )
    pairs = {(line, RuleCode[code]) for line, code in zip(lines, each, strict=True)}
    return tuple(sorted(pairs))


def _show_unsigned(
    accepted: Accepted, answer: UnsignedAnswer, *, recorded: bool, is_late: bool
) -> None:
    noted = "notée" if recorded else "à noter (essai à blanc : rien n'est changé)"
    show(f"Réponse NON SIGNÉE {noted} : {accepted.label}")
    pairs = _accepted_pairs(accepted, is_late=is_late)
    show_pairs({**pairs, "venue par": CHANNEL_LABELS[answer.channel]})
    if recorded:
        next_step("demandez au destinataire sa réponse signée : elle confirmera celle-ci")
    else:
        next_step("la même commande avec --for-real ; elle ne se retire pas")


def _accepted_pairs(accepted: Accepted, *, is_late: bool) -> dict[str, object]:
    transfer = accepted.transfer
    return {
        "transfert": transfer.transfer_id,
        "état": standing(transfer, is_late=is_late),
        "lignes rejetées": integer(accepted.rejected_lines),
        "reçue le": moment(transfer.answered_at),
    }


def _document(accepted: Accepted, answer: UnsignedAnswer, *, recorded: bool) -> dict[str, Any]:
    return {
        "transfer": answer.transfer_id,
        "kind": answer.kind,
        "channel": answer.channel,
        "received_on": answer.received_on,
        "signed": False,
        "rejected_lines": accepted.rejected_lines,
        "state": accepted.transfer.state,
        "recorded": recorded,
    }
