"""The notices file: what it may say, and the sentence for each thing it may not."""

from pathlib import Path

import pytest

from schemas.notices import Mail, NoticesFileError, Ping, notices_sample, read_notices_file
from schemas.notices.tables import MailSchema

_GOOD = """\
[mail]
host = "smtp.departement.example"
port = 587
security = "starttls"
from = "spie-exchange@departement.example"
to = ["dsi@departement.example", "dpo@departement.example"]
"""


def _with(line: str) -> bytes:
    """Give the good file with one of its lines replaced, or one more."""
    key = line.partition(" = ")[0]
    kept = [known for known in _GOOD.splitlines() if not known.startswith(f"{key} = ")]
    return "\n".join((*kept, line, "")).encode()


def _problems(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(NoticesFileError) as raised:
        read_notices_file(data)
    return [(problem.path, problem.sentence) for problem in raised.value.problems]


def test_a_good_file_is_read() -> None:
    file = read_notices_file(_GOOD.encode())

    assert file.mail == Mail(
        host="smtp.departement.example",
        port=587,
        security="starttls",
        from_="spie-exchange@departement.example",
        to=("dsi@departement.example", "dpo@departement.example"),
    )
    assert file.ping is None


def test_the_ping_is_read_and_not_shown() -> None:
    file = read_notices_file(f'{_GOOD}\n[ping]\naddress = "https://hc.example/0f8f"\n'.encode())

    assert file.ping == Ping("https://hc.example/0f8f")
    assert "0f8f" not in repr(file)


@pytest.mark.parametrize(
    ("line", "path", "sentence"),
    [
        ('host = "smtp departement"', "mail.host", "écrivez le nom du serveur"),
        ('host = "À REMPLACER : serveur"', "mail.host", "remplacez le texte du modèle"),
        ("port = 0", "mail.port", "écrivez le port"),
        ('port = "587"', "mail.port", "écrivez le port"),
        ('security = "ssl"', "mail.security", "écrivez starttls ou tls"),
        ('security = "none"', "mail.security", "n'est pas la machine même"),
        ('from = "SPIE <spie@departement.example>"', "mail.from", "écrivez une adresse"),
        ('from = "spie@departement.example\\nBcc: x@y.example"', "mail.from", "une adresse"),
        ('to = "dsi@departement.example"', "mail.to", "écrivez entre crochets"),
        ("to = []", "mail.to", "écrivez entre crochets"),
        ('to = ["équipe@departement.example"]', "mail.to[0]", "sans accent"),
        ('user = "spie"', "mail.user", "vont ensemble"),
        ('password_file = "/etc/spie/mot-de-passe"', "mail.user", "vont ensemble"),
        ('ca_file = "autorite.pem"', "mail.ca_file", "le chemin complet"),
        ('password = "secret"', "mail.password", "clé inconnue"),
    ],
)
def test_each_fault_has_its_sentence(line: str, path: str, sentence: str) -> None:
    [(found, said)] = _problems(_with(line))

    assert found == path
    assert sentence in said


@pytest.mark.parametrize(
    "address",
    [
        "http://surveillance.example/ping",
        "https://compte:secret@surveillance.example/ping",
        "https://surveillance.example/#ping",
        "https://surveillance.example:port/",
        "https:///ping",
        "ftp://surveillance.example/",
    ],
)
def test_a_ping_that_would_not_be_safe_is_refused(address: str) -> None:
    [(path, sentence)] = _problems(f'{_GOOD}\n[ping]\naddress = "{address}"\n'.encode())

    assert path == "ping.address"
    assert "secret" not in sentence


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_may_go_without_encryption(host: str) -> None:
    data = _with('security = "none"').replace(b"smtp.departement.example", host.encode())

    assert read_notices_file(data).mail.security == "none"


def test_a_password_never_leaves_unencrypted() -> None:
    more = '\nuser = "spie"\npassword_file = "/etc/spie/mot-de-passe"\n'
    data = _with('security = "none"').replace(b"smtp.departement.example", b"localhost")

    assert _problems(data + more.encode()) == [
        ("mail.user", "un mot de passe ne part que chiffré : écrivez starttls ou tls")
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "le fichier n'est pas en UTF-8"),
        (b"[mail]\nport = \n", "le fichier n'est pas du TOML, ligne 2"),
        (b"#" * (1 << 20) + b"#", "ce n'est pas un fichier d'avertissements"),
        (b"a" + b".a" * 300 + b" = 1", "plus de 256 points"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(data: bytes, sentence: str) -> None:
    [(path, said)] = _problems(data)

    assert path == ""
    assert sentence in said


def test_an_empty_file_misses_its_table() -> None:
    assert _problems(b"")[0][0] == "mail"


def test_the_sample_is_refused_until_it_is_filled_in_and_whole_then() -> None:
    sample = notices_sample()

    to_fill = [path for path, _ in _problems(sample.encode())]
    assert to_fill == ["mail.from", "mail.host", "mail.to[0]"]
    filled = (
        sample.replace("À REMPLACER : serveur de courriel, par exemple ", "")
        .replace("À REMPLACER : adresse d'expédition, par exemple ", "")
        .replace(
            "À REMPLACER : adresse d'une équipe qui lit tous les jours", "dsi@departement.example"
        )
    )
    commented = [line.removeprefix("# ") for line in filled.splitlines()]
    uncommented = "\n".join(line for line in commented if " = " in line or line.startswith("["))
    file = read_notices_file(uncommented.encode())
    assert (file.mail.user, file.ping is not None) == ("spie-exchange", True)


def test_every_key_is_explained_in_the_document() -> None:
    text = (Path(__file__).parents[4] / "docs/notices.md").read_text("utf-8")
    keys = [f"mail.{field.data_key or name}" for name, field in MailSchema().fields.items()]

    missing = [key for key in (*keys, "ping.address") if f"`{key}`" not in text]

    assert len(keys) == 8
    assert missing == []
