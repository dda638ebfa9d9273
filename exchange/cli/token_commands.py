"""token create, revoke."""

from typing import Any

import click

from exchange.accounts import Right
from exchange.accounts.credentials import Credential
from exchange.cli.output import moment, next_step, note, show, show_json
from exchange.cli.session import json_option, opened
from schemas.agreement import ends_at

rights_option = click.option(
    "--right",
    "rights",
    type=click.Choice([right.value for right in Right]),
    multiple=True,
    help="N'accorder que ce droit ; répétez l'option. Sans elle : tous ceux du rôle.",
)


def given_rights(names: tuple[str, ...]) -> frozenset[Right]:
    """Give the rights that ``rights_option`` names."""
    return frozenset(Right(name) for name in names)


@click.group("token")
def token_group() -> None:
    """Les jetons, par lesquels un compte dit qui il est."""


@token_group.command("create")
@click.argument("account_id", metavar="COMPTE")
@click.option(
    "--expires-on",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Le dernier jour de sa validité, dans les 400 jours.",
)
@rights_option
@json_option
def token_create_command(
    account_id: str,
    expires_on: Any,  # noqa: ANN401 - click's own type
    rights: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Faire un jeton ; il est montré ici, une fois, et n'est gardé nulle part.

    \b
      spie-exchange token create sil-rsa --expires-on 2027-06-30 > jeton.txt
      spie-exchange token create sil-rsa --expires-on 2027-06-30 --right imports:write
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    with opened() as service:
        text, token = service.accounts().issue_token(
            account_id, given_rights(rights), ends_at(expires_on.date())
        )
    if as_json:
        show_json({"token": text, **_document(token)})
        return
    show(text)
    note(
        f"Jeton {token.credential_id} du compte {account_id}, valable jusqu'au "
        f"{moment(token.expires_at)}. Il ne sera plus montré : remettez-le par un canal protégé."
    )
    next_step(f"spie-exchange token revoke {token.credential_id}, le jour où il ne sert plus")


@token_group.command("revoke")
@click.argument("credential_id", metavar="JUSTIFICATIF")
def token_revoke_command(credential_id: str) -> None:
    """Révoquer un jeton, ou un certificat admis : la demande suivante qui le présente est refusée.

    Son identifiant est dans « account show COMPTE ».
    """
    with opened() as service:
        credential = service.accounts().revoke(credential_id)
    show(f"Justificatif {credential_id} du compte {credential.account_id} révoqué.")
    next_step(f"spie-exchange account show {credential.account_id}")


def _document(token: Credential) -> dict[str, object]:
    return {
        "credential_id": token.credential_id,
        "account_id": token.account_id,
        "rights": sorted(token.rights),
        "expires_at": token.expires_at,
    }
