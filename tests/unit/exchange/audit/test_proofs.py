import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.audit.checkpoints import current_checkpoint
from exchange.audit.errors import InvalidCheckpointError, InvalidProofError
from exchange.audit.proofs import Proof, format_proof, parse_proof, prove, verify_proof
from exchange.errors import RefusedError
from keys.notes import NoteSigner, NoteVerifier
from tests.fakes.evidence_rows import log_of

_ORIGIN = "spie-exchange/essai"
_SIGNER = NoteSigner.generate(_ORIGIN)
_VERIFIER = NoteVerifier.parse(_SIGNER.verifier_key)
_ROWS = log_of(13)
_NOTE = current_checkpoint(_ROWS, _ORIGIN, _SIGNER)


def test_the_text_is_that_of_the_specification() -> None:
    lines = prove(_ROWS, 5, _NOTE).split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert [len(line) for line in lines[2:6]] == [44, 44, 44, 44]
    assert lines[6:9] == ["", _ORIGIN, "13"]
    assert lines[11].startswith(f"— {_ORIGIN} ")
    assert "\n".join(lines[7:]) == _NOTE


def test_every_event_is_proved_offline() -> None:
    for index in range(13):
        proof = prove(_ROWS, index, _NOTE)

        checkpoint = verify_proof(proof, _ROWS.event(index), _VERIFIER, _ORIGIN)

        assert checkpoint.size == 13


def test_an_event_is_proved_under_an_earlier_checkpoint_too() -> None:
    earlier = current_checkpoint(log_of(6), _ORIGIN, _SIGNER)

    proof = prove(_ROWS, 5, earlier)

    assert verify_proof(proof, _ROWS.event(5), _VERIFIER, _ORIGIN).size == 6


def test_the_only_event_of_a_log_needs_no_path() -> None:
    rows = log_of(1)
    proof = prove(rows, 0, current_checkpoint(rows, _ORIGIN, _SIGNER))

    assert parse_proof(proof).path == ()
    assert verify_proof(proof, rows.event(0), _VERIFIER, _ORIGIN).size == 1


@pytest.mark.parametrize("index", [-1, 13, 10**9])
def test_an_event_that_the_log_does_not_have_is_refused(index: int) -> None:
    with pytest.raises(RefusedError, match=f"pas d'événement {index}"):
        prove(_ROWS, index, _NOTE)


def test_a_tree_that_would_not_give_a_valid_proof_gives_none() -> None:
    rows = log_of(13)
    rows.tree[2, 0] = bytes(32)

    with pytest.raises(InvalidProofError):
        prove(rows, 5, _NOTE)


def test_1_a_proof_with_any_bit_flipped_is_refused() -> None:
    event = _ROWS.event(5)
    proof = prove(_ROWS, 5, _NOTE).encode()

    for position in range(len(proof)):
        forged = bytearray(proof)
        forged[position] ^= 1 << position % 8
        with pytest.raises((InvalidProofError, InvalidCheckpointError)):
            verify_proof(forged.decode("utf-8", "replace"), event, _VERIFIER, _ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("c2sp.org/tlog-proof@v1", id="only a header"),
        pytest.param("c2sp.org/tlog-proof@v2\nindex 5\n\nnote", id="another version"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex 05\n\nnote", id="a leading zero"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex -5\n\nnote", id="a negative index"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex ٥\n\nnote", id="other digits"),
        pytest.param(f"c2sp.org/tlog-proof@v1\nindex {'9' * 5000}\n\nnote", id="endless index"),
        pytest.param("c2sp.org/tlog-proof@v1\nextra QQ==\nindex 5\n\nnote", id="extra data"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex 5\nQQ\n\nnote", id="a loose base64"),
        pytest.param("c2sp.org/tlog-proof@v1\r\nindex 5\r\n\r\nnote", id="other line ends"),
        pytest.param("c2sp.org/tlog-proof@v1\nindex 5\n\n" + "x" * 100_000, id="endless note"),
    ],
)
def test_1_a_text_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidProofError, match="tlog-proof@v1"):
        parse_proof(text)


def test_2_a_proof_under_a_checkpoint_of_another_key_is_refused() -> None:
    stranger = NoteSigner.generate(_ORIGIN)
    proof = prove(_ROWS, 5, current_checkpoint(_ROWS, _ORIGIN, stranger))

    with pytest.raises(InvalidCheckpointError):
        verify_proof(proof, _ROWS.event(5), _VERIFIER, _ORIGIN)


def test_2_a_proof_of_another_log_is_refused() -> None:
    proof = prove(_ROWS, 5, current_checkpoint(_ROWS, "spie-exchange/autre", _SIGNER))

    with pytest.raises(InvalidCheckpointError):
        verify_proof(proof, _ROWS.event(5), _VERIFIER, _ORIGIN)


def test_3_a_proof_of_another_event_is_refused() -> None:
    proof = prove(_ROWS, 5, _NOTE)

    with pytest.raises(InvalidProofError):
        verify_proof(proof, _ROWS.event(6), _VERIFIER, _ORIGIN)


def test_3_a_proof_at_another_index_is_refused() -> None:
    proof = parse_proof(prove(_ROWS, 5, _NOTE))
    moved = format_proof(Proof(4, proof.path, proof.checkpoint))

    with pytest.raises(InvalidProofError):
        verify_proof(moved, _ROWS.event(5), _VERIFIER, _ORIGIN)


def test_3_a_proof_with_any_element_of_its_path_replaced_removed_or_added_is_refused() -> None:
    proof = parse_proof(prove(_ROWS, 5, _NOTE))
    path, strange = proof.path, bytes(32)

    for position in range(len(path)):
        for middle in ((strange,), (), (path[position], strange)):
            forged = (*path[:position], *middle, *path[position + 1 :])
            text = format_proof(Proof(5, forged, proof.checkpoint))
            with pytest.raises(InvalidProofError):
                verify_proof(text, _ROWS.event(5), _VERIFIER, _ORIGIN)


@given(st.text(max_size=300))
def test_any_text_is_a_proof_or_refused_with_the_one_error(text: str) -> None:
    for candidate in (text, "c2sp.org/tlog-proof@v1\nindex 5\n" + text):
        try:
            proof = parse_proof(candidate)
        except InvalidProofError:
            continue

        assert format_proof(proof) == candidate
