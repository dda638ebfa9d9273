import pytest

from keys.age import (
    HybridIdentity,
    HybridRecipient,
    X25519Identity,
    X25519Recipient,
    bech32,
    parse_identities,
    parse_recipient,
)
from keys.errors import InvalidIdentityError, InvalidRecipientError

# C2SP age.md, "The X25519 recipient type".
_SPECIFIED_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
_SPECIFIED_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
# C2SP age.md, "MLKEM768-X25519": the identity, and the two ends of its recipient.
_SPECIFIED_HYBRID = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
_SPECIFIED_HYBRID_ENDS = ("age1pq1x34nzsvr0rxjsgdn8zgy", "yzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k")
_FIELD_BYTES = 32
_LOW_ORDER_POINTS = [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"]

AnyIdentity = X25519Identity | HybridIdentity


@pytest.fixture(params=[X25519Identity, HybridIdentity])
def identity(request: pytest.FixtureRequest) -> AnyIdentity:
    kind: type[AnyIdentity] = request.param
    return kind.generate()


def test_the_example_of_the_specification_gives_its_recipient() -> None:
    (identity,) = parse_identities(_SPECIFIED_IDENTITY)

    assert str(identity.recipient) == _SPECIFIED_RECIPIENT


def test_the_hybrid_example_of_the_specification_gives_its_recipient() -> None:
    (identity,) = parse_identities(_SPECIFIED_HYBRID)

    recipient = str(identity.recipient)

    assert recipient.startswith(_SPECIFIED_HYBRID_ENDS[0])
    assert recipient.endswith(_SPECIFIED_HYBRID_ENDS[1])


def test_keys_come_back_from_their_text(identity: AnyIdentity) -> None:
    assert parse_identities(identity.secret_text()) == (identity,)
    assert parse_recipient(str(identity.recipient)) == identity.recipient


def test_a_private_key_is_hidden_in_its_representation(identity: AnyIdentity) -> None:
    assert repr(identity) == f"{type(identity).__name__}()"


def test_an_identity_file_has_comments_blank_lines_and_several_keys() -> None:
    first, second = X25519Identity.generate(), HybridIdentity.generate()
    text = (
        f"# created: 2023-01-31\r\n{first.secret_text()}\r\n"
        f"\r\n# the new one\r\n{second.secret_text()}\r\n"
    )

    assert parse_identities(text) == (first, second)


def test_an_identity_file_saved_by_notepad_is_read(identity: AnyIdentity) -> None:
    assert parse_identities(f"\ufeff# clé\r\n{identity.secret_text()}") == (identity,)


def test_an_identity_file_without_key_is_refused() -> None:
    with pytest.raises(InvalidIdentityError, match="aucune clé"):
        parse_identities("# created: 2023-01-31\n\n")


def test_a_misspelt_private_key_is_refused_by_its_line_and_never_shown() -> None:
    text = X25519Identity.generate().secret_text()
    misspelt = text[:-1] + ("Q" if text[-1] != "Q" else "P")

    with pytest.raises(InvalidIdentityError, match="ligne 2") as refusal:
        parse_identities(f"# comment\n{misspelt}\n")

    assert text[20:40] not in str(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    "text",
    [
        _SPECIFIED_RECIPIENT,
        _SPECIFIED_IDENTITY.lower(),
        bech32.encode("age-plugin-card-", bytes(32)).upper(),
    ],
)
def test_a_text_that_is_no_native_private_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentityError, match="genre inconnu"):
        parse_identities(text)


@pytest.mark.parametrize("prefix", ["age-secret-key-", "age-secret-key-pq-"])
def test_a_private_key_of_another_length_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidIdentityError, match="mal formée"):
        parse_identities(bech32.encode(prefix, bytes(31)).upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        f" {_SPECIFIED_RECIPIENT}",
        f"{_SPECIFIED_RECIPIENT}\n",
        bech32.encode("age", bytes(31)),
        bech32.encode("age1pq", bytes(1216)),
        bech32.encode("age1pq", b"\xff" * 1184 + b"\x09" * 32),
        bech32.encode("age1pq", b"\x09" * 32),
    ],
)
def test_a_text_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecipientError, match="pas une clé publique age"):
        parse_recipient(text)


@pytest.mark.parametrize(
    "text",
    [
        _SPECIFIED_IDENTITY,
        _SPECIFIED_RECIPIENT.upper(),
        "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
    ],
)
def test_a_public_key_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecipientError, match="genre inconnu"):
        parse_recipient(text)


@pytest.mark.parametrize("point", _LOW_ORDER_POINTS)
def test_a_public_key_of_low_order_is_refused(point: bytes) -> None:
    mlkem_public = HybridIdentity.generate().recipient.public[:-_FIELD_BYTES]

    with pytest.raises(ValueError, match="not a point"):
        X25519Recipient(point)
    with pytest.raises(ValueError, match="not a pair"):
        HybridRecipient(mlkem_public + point)
