"""The command ``spie-exchange``: its groups, and what becomes of an error."""

import sys

import click
from click.exceptions import NoArgsIsHelpError

from exchange.cli.account_commands import account_group
from exchange.cli.agreement_commands import agreement_group
from exchange.cli.approval_commands import agreement_approve_command, approver_group
from exchange.cli.audit_commands import audit_group
from exchange.cli.calendar_command import calendar_command
from exchange.cli.client_certificate_command import trust_certificate_command
from exchange.cli.database_commands import database_group
from exchange.cli.deadline_commands import deadline_group, due_command
from exchange.cli.destruction_commands import certificate_group, purge_command
from exchange.cli.difference_commands import agreement_diff_command
from exchange.cli.doctor_command import doctor_command
from exchange.cli.export_commands import export_command, transfer_group
from exchange.cli.four_eyes_commands import prepare_command, transfer_approve_command
from exchange.cli.french_help import speak_french
from exchange.cli.held_commands import held_group, person_group
from exchange.cli.home_commands import clock_group, init_command, status_command, upgrade_command
from exchange.cli.import_commands import import_command
from exchange.cli.key_commands import keys_group
from exchange.cli.notice_commands import notices_group
from exchange.cli.objection_commands import objection_group
from exchange.cli.output import complain
from exchange.cli.proving_commands import recipient_group
from exchange.cli.receipt_commands import receipt_group
from exchange.cli.recipient_commands import (
    acknowledge_command,
    declare_destruction_command,
    identity_group,
    open_command,
    reject_command,
)
from exchange.cli.rejected_command import rejected_command
from exchange.cli.revision_commands import cancel_command, resend_command, withdraw_command
from exchange.cli.seal_commands import seal_group
from exchange.cli.sections import SectionedGroup
from exchange.cli.serve_command import serve_command
from exchange.cli.token_commands import token_group
from exchange.cli.typed_words import require_text
from exchange.cli.usage_errors import usage_hint, usage_sentence
from exchange.errors import ExchangeError, RetryLaterError
from keys.errors import BusyFileError, KeysError
from keys.system_errors import lacks_space, system_sentence, system_way_out
from schemas.errors import SchemasError

_USAGE_EXIT_CODE = 2


@click.group(
    cls=SectionedGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="spie-exchange", message="%(prog)s %(version)s")
def cli() -> None:
    """Remettre à l'État, et à lui seul, les données d'enquête des bénéficiaires du SPIE.

    Un fichier entre par un schéma fermé, dort scellé, ne sort que dans un paquet signé et
    chiffré pour un destinataire vérifié, à la date de la convention ; chaque accès laisse
    une preuve qui survit à la destruction des données.

    « spie-exchange COMMANDE --help » explique chacune. Le dossier de travail est celui
    que désigne SPIE_EXCHANGE_HOME.
    """


for _command in (agreement_diff_command, agreement_approve_command):
    agreement_group.add_command(_command)
for _command in (
    *(prepare_command, transfer_approve_command),
    *(rejected_command, resend_command, cancel_command, withdraw_command),
):
    transfer_group.add_command(_command)
account_group.add_command(trust_certificate_command)
cli.add_section(
    "Le dossier de travail",
    *(init_command, upgrade_command, status_command, calendar_command, doctor_command),
    *(database_group, seal_group, keys_group, notices_group, clock_group),
)
cli.add_section(
    "Le travail, dans l'ordre",
    *(agreement_group, recipient_group, import_command, deadline_group, due_command),
    *(export_command, receipt_group, purge_command, certificate_group),
)
cli.add_section(
    "Quand on vous appelle",
    *(transfer_group, held_group, person_group, objection_group),
)
cli.add_section("Qui appelle le service", serve_command, account_group, token_group)
cli.add_contributed_section("Quand personne ne regarde", "spie_exchange.commands")
cli.add_section("Qui vérifie, qui approuve", audit_group, approver_group)
cli.add_section(
    "Chez le destinataire",
    *(identity_group, open_command, acknowledge_command, reject_command),
    declare_destruction_command,
)
speak_french(cli)
require_text(cli)


def main() -> None:
    """Run the command; a known failure is two French lines and an exit code."""
    try:
        # What a command leaves with comes back as a value.
        sys.exit(cli(standalone_mode=False) or 0)
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(_USAGE_EXIT_CODE)
    except click.ClickException as error:
        complain(usage_sentence(error), usage_hint(error))
        sys.exit(_USAGE_EXIT_CODE)
    except (click.Abort, KeyboardInterrupt):
        complain("interrompu", "rien n'a été fait à moitié ; relancez la même commande")
        sys.exit(130)
    except ExchangeError as error:
        complain(error.message, error.hint)
        sys.exit(error.exit_code)
    except BusyFileError as error:
        complain(str(error), "")
        sys.exit(RetryLaterError.exit_code)
    except (KeysError, SchemasError) as error:
        complain(str(error), error.way_out)
        sys.exit(1)
    except OSError as error:
        where = error.filename or "fichier"
        complain(f"{where} : {system_sentence(error)}", system_way_out(error))
        sys.exit(RetryLaterError.exit_code if lacks_space(error) else 1)
