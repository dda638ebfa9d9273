from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.audit.checkpoints import (
    Checkpoint,
    CheckpointFile,
    current_checkpoint,
    open_checkpoint,
)
from exchange.audit.errors import CorruptTreeError, InvalidCheckpointError
from exchange.audit.merkle import EMPTY_ROOT
from exchange.errors import ConfigurationError
from keys.notes import NoteSigner, NoteVerifier
from tests.fakes.evidence_rows import log_of

_ORIGIN = "spie-exchange/essai"
_SIGNER = NoteSigner.generate(_ORIGIN)
_VERIFIER = NoteVerifier.parse(_SIGNER.verifier_key)


def note_at(size: int) -> str:
    return current_checkpoint(log_of(size), _ORIGIN, _SIGNER)


def test_the_text_is_that_of_the_specification() -> None:
    # C2SP tlog-checkpoint, the example at its beginning.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    checkpoint = Checkpoint.parse(text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a")
    assert checkpoint.text() == text


def test_the_head_of_the_log_is_signed_and_opened() -> None:
    rows = log_of(7)

    opened = open_checkpoint(current_checkpoint(rows, _ORIGIN, _SIGNER), _VERIFIER, _ORIGIN)

    assert opened == Checkpoint(_ORIGIN, 7, rows.head().frontier.root())


def test_the_empty_log_has_a_checkpoint() -> None:
    opened = open_checkpoint(note_at(0), _VERIFIER, _ORIGIN)

    assert opened == Checkpoint(_ORIGIN, 0, EMPTY_ROOT)


def test_1_a_checkpoint_of_another_key_is_refused() -> None:
    stranger = NoteSigner.generate(_ORIGIN)

    with pytest.raises(InvalidCheckpointError):
        open_checkpoint(current_checkpoint(log_of(7), _ORIGIN, stranger), _VERIFIER, _ORIGIN)


def test_1_a_checkpoint_with_any_bit_flipped_is_refused() -> None:
    note = note_at(7).encode()

    for position in range(len(note)):
        forged = bytearray(note)
        forged[position] ^= 1 << position % 8
        with pytest.raises(InvalidCheckpointError):
            open_checkpoint(forged.decode("utf-8", "replace"), _VERIFIER, _ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("o\n7\n", id="no root"),
        pytest.param("\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", id="no origin"),
        pytest.param("o\n07\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", id="leading zero"),
        pytest.param("o\n-7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", id="negative"),
        pytest.param("o\n٧\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", id="other digits"),
        pytest.param(f"o\n{'9' * 5000}\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2=\n", id="endless size"),
        pytest.param("o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", id="loose base64"),
        pytest.param("o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", id="no padding"),
        pytest.param("o\n7\nCsUYapGG\n", id="a short root"),
        pytest.param("o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", id="no line end"),
        pytest.param("o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nx\n", id="an extension"),
    ],
)
def test_2_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InvalidCheckpointError):
        Checkpoint.parse(text)


def test_2_a_signed_text_of_another_kind_is_refused() -> None:
    note = _SIGNER.sign("un tout autre texte\n")

    with pytest.raises(InvalidCheckpointError):
        open_checkpoint(note, _VERIFIER, _ORIGIN)


def test_3_a_checkpoint_of_another_log_under_the_same_key_is_refused() -> None:
    note = current_checkpoint(log_of(7), "spie-exchange/autre", _SIGNER)

    with pytest.raises(InvalidCheckpointError):
        open_checkpoint(note, _VERIFIER, _ORIGIN)


@given(st.text(max_size=200))
def test_any_text_is_a_checkpoint_or_refused_with_the_one_error(text: str) -> None:
    with pytest.raises(InvalidCheckpointError):
        Checkpoint.parse(text)


def test_a_log_that_goes_on_from_its_last_checkpoint_is_signed() -> None:
    rows = log_of(9)
    previous = open_checkpoint(note_at(5), _VERIFIER, _ORIGIN)

    note = current_checkpoint(rows, _ORIGIN, _SIGNER, previous)

    assert open_checkpoint(note, _VERIFIER, _ORIGIN).size == 9


def test_a_log_that_lost_events_since_its_last_checkpoint_is_not_signed() -> None:
    previous = open_checkpoint(note_at(9), _VERIFIER, _ORIGIN)

    with pytest.raises(CorruptTreeError, match="ne prolonge plus"):
        current_checkpoint(log_of(5), _ORIGIN, _SIGNER, previous)


def test_a_log_rewritten_since_its_last_checkpoint_is_not_signed() -> None:
    previous = open_checkpoint(note_at(5), _VERIFIER, _ORIGIN)
    rows = log_of(9)
    rows.events[2] = rows.events[2].replace(b'"rows":2', b'"rows":3')
    rows.rewrite_hashes()

    with pytest.raises(CorruptTreeError, match="ne prolonge plus"):
        current_checkpoint(rows, _ORIGIN, _SIGNER, previous)


@pytest.fixture
def kept(tmp_path: Path) -> CheckpointFile:
    file = CheckpointFile(tmp_path / "checkpoints")
    file.create()
    return file


def test_notes_are_read_back_in_order(kept: CheckpointFile) -> None:
    notes = tuple(note_at(size) for size in range(5))
    for note in notes:
        kept.append(note)

    assert kept.read_all() == notes


def test_a_note_of_several_signatures_is_read_back_whole(kept: CheckpointFile) -> None:
    witnessed = note_at(3) + "— temoin.example AAAAAAAA\n"
    notes = (note_at(1), witnessed, note_at(4))
    for note in notes:
        kept.append(note)

    assert kept.read_all() == notes


def test_a_head_that_is_the_last_kept_is_not_repeated(kept: CheckpointFile) -> None:
    first = note_at(3)
    kept.append(first)
    kept.append(note_at(3))

    assert kept.read_all() == (first,)


def test_what_a_power_cut_left_of_a_note_is_replaced(kept: CheckpointFile, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    whole = f"{note_at(1)}\n".encode()
    torn = f"{note_at(2)}\n".encode()

    for length in range(len(torn)):
        path.write_bytes(whole + torn[:length])
        assert kept.read_all() == (note_text(whole),)

        kept.append(note_at(3))
        assert [Checkpoint.parse(text_of(note)).size for note in kept.read_all()] == [1, 3]


def test_the_last_note_is_the_same_whether_all_are_read_or_not(
    kept: CheckpointFile, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoints"
    notes = [note_at(size) for size in range(40)]
    notes[38] += "— temoin.example AAAAAAAA\n"
    data = "".join(f"{note}\n" for note in notes).encode()
    beyond = len(f"{notes[37]}\n{notes[38]}\n{notes[39]}\n".encode())

    for length in range(len(data) - beyond, len(data) + 1):
        path.write_bytes(data[:length])
        assert kept.read_last() == kept.read_all()[-1:]


@pytest.mark.parametrize("strange", ["étranger\n\nautre\n\n", "— a\n\n", "\n\n", "a\n\n— b\n\n"])
def test_what_stands_after_the_last_note_is_not_passed_over(
    kept: CheckpointFile, tmp_path: Path, strange: str
) -> None:
    path = tmp_path / "checkpoints"
    notes = [note_at(size) for size in range(40)]

    path.write_text("".join(f"{note}\n" for note in notes) + strange)

    assert kept.read_last() == kept.read_all()[-1:]


def test_of_a_long_file_the_end_alone_is_read(kept: CheckpointFile, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    notes = [note_at(size) for size in range(40)]
    # Nothing of the beginning has the form of a note: read in pairs, it would spoil the last.
    path.write_bytes(b"x\n\n" + "".join(f"{note}\n" for note in notes).encode())

    assert kept.read_last() == (notes[-1],)


def note_text(entry: bytes) -> str:
    return entry.decode().removesuffix("\n")


def text_of(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"


def test_bytes_damaged_in_the_file_spoil_only_their_own_note(
    kept: CheckpointFile, tmp_path: Path
) -> None:
    for size in range(3):
        kept.append(note_at(size))
    path = tmp_path / "checkpoints"
    damaged = bytearray(path.read_bytes())
    damaged[5] = 0xFF
    path.write_bytes(damaged)

    kept.append(note_at(3))

    first, *others = kept.read_all()
    assert [open_checkpoint(note, _VERIFIER, _ORIGIN).size for note in others] == [1, 2, 3]
    with pytest.raises(InvalidCheckpointError):
        open_checkpoint(first, _VERIFIER, _ORIGIN)


def test_a_file_that_has_gone_is_not_made_anew(kept: CheckpointFile, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").unlink()

    with pytest.raises(ConfigurationError, match="checkpoints"):
        kept.append(note_at(1))
    with pytest.raises(ConfigurationError, match="checkpoints"):
        kept.read_all()


def test_a_file_is_not_created_over_another(kept: CheckpointFile) -> None:
    with pytest.raises(ConfigurationError, match="checkpoints"):
        kept.create()


def test_the_file_is_for_its_owner_alone(kept: CheckpointFile, tmp_path: Path) -> None:
    kept.append(note_at(1))

    assert (tmp_path / "checkpoints").stat().st_mode & 0o777 == 0o600


def append_many(path: Path, sizes: range) -> None:
    for size in sizes:
        CheckpointFile(path).append(note_at(size))


def test_processes_that_append_at_once_lose_nothing(kept: CheckpointFile, tmp_path: Path) -> None:
    spawn = get_context("spawn")
    ranges = (range(10, 20), range(20, 30))
    writers = [
        spawn.Process(target=append_many, args=(tmp_path / "checkpoints", sizes))
        for sizes in ranges
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    sizes = sorted(Checkpoint.parse(text_of(note)).size for note in kept.read_all())
    assert sizes == list(range(10, 30))
