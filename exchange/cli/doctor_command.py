"""doctor: what is wrong with the home, and how to mend it."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from exchange.cli.output import next_step, progress_bars, show, show_json
from exchange.cli.session import json_option
from exchange.diagnosis.doctor import examine
from exchange.diagnosis.findings import Finding, Verdict
from exchange.errors import AttentionError
from exchange.notices.mail_findings import examine_mail
from exchange.settings import process_settings

_LABELS = {Verdict.GOOD: "bon", Verdict.WATCH: "à surveiller", Verdict.MEND: "à réparer"}
_WIDTH = max(map(len, _LABELS.values()))


@click.command("doctor")
@json_option
def doctor_command(*, as_json: bool) -> None:
    """Examiner le dossier de travail : ce qui ne va pas, et comment le réparer.

    Les fichiers et leurs droits, les clés, la base, le journal, les paquets, ce qui a été
    interrompu ou arrive à terme. Rien n'est réparé ; un dossier très abîmé est examiné
    aussi loin que possible. Le code de sortie est 4 quand il y a quelque chose à réparer.
    """
    with progress_bars() as begin:
        found = examine(process_settings(), begin)
    if not _to_mend(found):
        found = (*found, *examine_mail(process_settings()))
    to_mend = _to_mend(found)
    if as_json:
        show_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            _show(finding)
    if to_mend:
        raise AttentionError(
            f"{len(to_mend)} point(s) à réparer", "commencez par le premier, puis recommencez"
        )
    if not as_json:
        show("Rien n'est à réparer.")
        next_step("spie-exchange status")


def _to_mend(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.verdict is Verdict.MEND]


def _show(finding: Finding) -> None:
    show(f"{_LABELS[finding.verdict].ljust(_WIDTH)}  {finding.check} : {finding.sentence}")
    if finding.way_out:
        show(f"{' ' * _WIDTH}  → {finding.way_out}")
