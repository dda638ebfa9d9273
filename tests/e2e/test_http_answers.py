"""What a recipient answers over HTTP, and the word of an operator that the data are complete."""

from collections.abc import Iterator

import pytest
import requests

from exchange.accounts import Role
from schemas.annex_e import RuleCode
from schemas.receipt import Rejection
from tests.fakes.callers import bearer, token_at
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_SECONDS = 30
_SIGNED = {"Content-Type": "application/pkcs7-mime"}
_SIGNATURE = "\n\N{EM DASH} ".encode()
_TRANSFER = f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r1"


@pytest.fixture(name="serving")
def _serving(sent: Situation) -> Iterator[HttpService]:
    with http_service(sent.departement) as service:
        yield service


@pytest.fixture(name="recipient")
def _recipient(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.RECIPIENT))


def test_a_recipient_acknowledges_once(
    serving: HttpService, recipient: dict[str, str], sent: Situation
) -> None:
    document = sent.ministry(DGEFP).acknowledge(sent.package(DGEFP))
    address = serving.at(f"/transfers/{_TRANSFER}/receipts")

    first = requests.post(address, document, headers=recipient | _SIGNED, timeout=_SECONDS)
    second = requests.post(address, document, headers=recipient | _SIGNED, timeout=_SECONDS)

    assert first.status_code == 201
    assert first.json()["state"] == "acknowledged"
    assert second.status_code == 409
    assert "déjà été enregistrée" in second.json()["detail"]


def test_an_act_is_followed_by_a_checkpoint_outside_the_home(
    serving: HttpService, recipient: dict[str, str], sent: Situation
) -> None:
    checkpoints = sent.departement.home / "outside/checkpoints"
    kept = checkpoints.read_bytes().count(_SIGNATURE)

    requests.post(
        serving.at(f"/transfers/{_TRANSFER}/receipts"),
        sent.ministry(DGEFP).acknowledge(sent.package(DGEFP)),
        headers=recipient | _SIGNED,
        timeout=_SECONDS,
    )

    assert checkpoints.read_bytes().count(_SIGNATURE) == kept + 1


def test_a_recipient_rejects_lines(
    serving: HttpService, recipient: dict[str, str], sent: Situation
) -> None:
    rejected = [Rejection(RuleCode.COURRIEL_FORMAT, line=3)]
    document = sent.ministry(DGEFP).reject(sent.package(DGEFP), rejected)

    answer = requests.post(
        serving.at(f"/transfers/{_TRANSFER}/receipts"),
        document,
        headers=recipient | _SIGNED,
        timeout=_SECONDS,
    )

    assert (answer.status_code, answer.json()["rejected_lines"]) == (201, 1)


@pytest.mark.parametrize(
    ("document", "content_type", "status"),
    [
        (b"", "application/pkcs7-mime", 409),
        (b"\x30\x80 n'importe quoi", "application/pkcs7-mime", 409),
        (b"{}", "application/json", 415),
    ],
)
def test_what_is_no_signed_answer_changes_nothing(
    serving: HttpService,
    recipient: dict[str, str],
    document: bytes,
    content_type: str,
    status: int,
) -> None:
    answer = requests.post(
        serving.at(f"/transfers/{_TRANSFER}/receipts"),
        document,
        headers=recipient | {"Content-Type": content_type},
        timeout=_SECONDS,
    )
    state = requests.get(
        serving.at(f"/transfers/{_TRANSFER}"), headers=recipient, timeout=_SECONDS
    ).json()["state"]

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert state == "published"


def test_an_answer_to_another_transfer_is_as_if_to_none(
    serving: HttpService, recipient: dict[str, str], sent: Situation
) -> None:
    theirs = sent.ministry(PROVIDER).acknowledge(sent.package(PROVIDER))

    answer = requests.post(
        serving.at(f"/transfers/{_TRANSFER}/receipts"),
        theirs,
        headers=recipient | _SIGNED,
        timeout=_SECONDS,
    )

    assert answer.status_code == 404
    assert PROVIDER not in answer.text


def test_what_is_declared_ready_over_http_is_in_the_register_under_the_account(
    serving: HttpService, sent: Situation
) -> None:
    operator = bearer(token_at(sent.departement, Role.OPERATOR))
    address = serving.at(f"/agreements/{AGREEMENT}/deadlines/{DEADLINE}/readiness")

    declared = requests.put(address, headers=operator, timeout=_SECONDS)
    unknown = requests.put(address.replace(DEADLINE, "jamais"), headers=operator, timeout=_SECONDS)

    assert declared.status_code == 200
    assert declared.json()["declared_by"] == "compte-operator@api"
    assert set(declared.json()["to_send"]) == {DGEFP, PROVIDER}
    assert unknown.status_code == 404


def test_the_dates_of_an_agreement_are_those_of_the_command(
    serving: HttpService, sent: Situation
) -> None:
    system = bearer(token_at(sent.departement, Role.LOCAL_SYSTEM))

    listed = requests.get(serving.at("/agreements"), headers=system, timeout=_SECONDS).json()
    dated = requests.get(
        serving.at(f"/agreements/{AGREEMENT}/calendar"), headers=system, timeout=_SECONDS
    ).json()
    typed = sent.departement.do("agreement", "calendar", "--json")

    assert [one["id"] for one in listed["items"]] == [AGREEMENT]
    assert [one for one in dated["items"] if one["label"] not in typed] == []
    assert len(dated["items"]) == typed.count('"day"')
