"""account create, commit, list, show, roles, end."""

import hashlib
from pathlib import Path

import click

from exchange.accounts import RIGHTS_OF, Account, Role
from exchange.accounts.credentials import Credential, CredentialKind
from exchange.cli.given_files import read_document
from exchange.cli.output import moment, next_step, note, show, show_json, show_pairs, show_table
from exchange.cli.session import agreement_of, agreement_option, json_option, opened
from exchange.errors import RefusedError


@click.group("account")
def account_group() -> None:
    """Les comptes des machines et des programmes qui appellent le service par HTTP."""


@account_group.command("create")
@click.argument("account_id", metavar="COMPTE")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="Ce qu'il peut demander : voir « account roles ».",
)
@click.option("--recipient", "recipient_id", default="", help="Pour le rôle recipient : lequel.")
@agreement_option
def account_create_command(
    account_id: str, role: str, recipient_id: str, agreement_id: str | None
) -> None:
    """Créer un compte ; il ne peut rien avant son engagement de confidentialité.

    Son nom reste dans le journal : jamais celui d'une personne.

    \b
      spie-exchange account create sil-rsa --role local-system
      spie-exchange account create dgefp-enquete --role recipient --recipient dgefp
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    with opened() as service:
        agreement = agreement_of(service, agreement_id) if recipient_id else None
        account = service.accounts().create(account_id, Role(role), agreement, recipient_id)
    show(f"Compte {account.account_id} créé, rôle {account.role}.")
    next_step(f"spie-exchange account commit {account_id} --document ENGAGEMENT.pdf")


@account_group.command("commit")
@click.argument("account_id", metavar="COMPTE")
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="L'engagement signé ; seule son empreinte est gardée.",
)
def account_commit_command(account_id: str, document: Path) -> None:
    """Enregistrer l'engagement de confidentialité de qui tient un compte (RGPD, article 28)."""
    digest = hashlib.sha256(read_document(document)).hexdigest()
    with opened() as service:
        service.accounts().commit(account_id, digest)
    show(f"Engagement de confidentialité enregistré pour {account_id}.")
    show_pairs({"empreinte du document (SHA-256)": digest})
    note("Gardez le document : le service n'en a que l'empreinte.")
    next_step(f"spie-exchange token create {account_id} --expires-on AAAA-MM-JJ")


@account_group.command("list")
@json_option
def account_list_command(*, as_json: bool) -> None:
    """Lister les comptes."""
    with opened(inspecting=True) as service, service.database.read() as work:
        accounts = work.accounts.all()
    if as_json:
        show_json([_document(account) for account in accounts])
        return
    show_table(
        ("compte", "rôle", "destinataire", "engagement", "fin"),
        [
            (
                account.account_id,
                account.role.value,
                account.recipient_id or "–",
                moment(account.committed_at),
                moment(account.ended_at),
            )
            for account in accounts
        ],
    )
    next_step("spie-exchange account show COMPTE")


@account_group.command("show")
@click.argument("account_id", metavar="COMPTE")
@json_option
def account_show_command(account_id: str, *, as_json: bool) -> None:
    """Montrer un compte et ses justificatifs ; jamais un jeton."""
    with opened(inspecting=True) as service, service.database.read() as work:
        account = work.accounts.get(account_id)
        credentials = work.credentials.of(account_id)
    if account is None:
        raise RefusedError(
            f"il n'y a pas de compte {account_id}", "la liste : spie-exchange account list"
        )
    if as_json:
        proofs = [_credential_document(credential) for credential in credentials]
        show_json(_document(account) | {"credentials": proofs})
        return
    show_pairs(
        {
            "compte": account.account_id,
            "rôle": account.role.value,
            "destinataire": account.recipient_id or "–",
            "créé le": moment(account.created_at),
            "engagement": moment(account.committed_at),
            "fin": moment(account.ended_at),
        }
    )
    show_table(
        ("justificatif", "genre", "droits", "expire", "dernier usage", "révoqué"),
        [
            (
                credential.credential_id,
                credential.kind.value,
                ", ".join(sorted(credential.rights)) or "ceux du rôle",
                moment(credential.expires_at),
                moment(credential.last_used_at),
                moment(credential.revoked_at),
            )
            for credential in credentials
        ],
    )
    next_step(f"spie-exchange token create {account_id} --expires-on AAAA-MM-JJ")


@account_group.command("roles")
@json_option
def account_roles_command(*, as_json: bool) -> None:
    """Dire ce que chaque rôle peut demander."""
    if as_json:
        show_json({role: sorted(RIGHTS_OF[role]) for role in Role})
        return
    show_table(
        ("rôle", "droits"), [(role.value, ", ".join(sorted(RIGHTS_OF[role]))) for role in Role]
    )


@account_group.command("end")
@click.argument("account_id", metavar="COMPTE")
def account_end_command(account_id: str) -> None:
    """Mettre fin à un compte : tous ses justificatifs tombent, son nom ne resservira pas."""
    with opened() as service:
        service.accounts().end(account_id)
    show(f"Le compte {account_id} a pris fin.")
    next_step("spie-exchange account list")


def _document(account: Account) -> dict[str, object]:
    return {name: getattr(account, name) for name in Account.__slots__}


def _credential_document(credential: Credential) -> dict[str, object]:
    shown = (name for name in Credential.__slots__ if name != "digest")
    document = {name: getattr(credential, name) for name in shown}
    if credential.kind is CredentialKind.CERTIFICATE:  # of which anybody may know the digest
        document["certificate"] = credential.digest.hex()
    return document | {"rights": sorted(credential.rights)}
