import io
import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import WaitingFileError
from keys.waiting_file import PIECE_BYTES, WaitingFile, waiting_file

_SEALED_BYTES = PIECE_BYTES + 16
_PLACES = st.integers(0, 3 * PIECE_BYTES + 10)
_CONTENT = bytes(range(256)) * (2 * PIECE_BYTES // 256) + b"the end"


@pytest.fixture(name="waiting")
def _waiting() -> Iterator[WaitingFile]:
    """A file of two whole pieces and a short one."""
    with waiting_file([_CONTENT]) as waiting:
        yield waiting


@pytest.mark.parametrize(
    "size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES]
)
@pytest.mark.parametrize("step", [7_919, PIECE_BYTES, 4 * PIECE_BYTES])
def test_what_arrived_is_read_again_however_it_was_cut(size: int, step: int) -> None:
    content = os.urandom(size)
    arriving = (content[at : at + step] for at in range(0, size, step))

    with waiting_file(arriving) as waiting, waiting.open() as first, waiting.open() as second:
        assert waiting.size_bytes == size
        assert first.read() == second.read() == content


@given(moves=st.lists(st.tuples(_PLACES, st.integers(0, 2 * PIECE_BYTES)), max_size=8))
def test_reading_at_any_place_is_as_of_plain_bytes(moves: list[tuple[int, int]]) -> None:
    plain = io.BytesIO(_CONTENT)

    with waiting_file([_CONTENT]) as waiting, waiting.open() as stream:
        for place, size in moves:
            assert stream.seek(place) == plain.seek(place)
            assert stream.read(size) == plain.read(size)
            assert stream.tell() == plain.tell()


def test_a_place_is_told_from_the_end_and_from_where_one_is(waiting: WaitingFile) -> None:
    with waiting.open() as stream:
        stream.seek(-3, os.SEEK_END)
        stream.seek(-4, os.SEEK_CUR)

        assert stream.read() == b"the end"


def test_a_place_before_the_beginning_is_none(waiting: WaitingFile) -> None:
    with waiting.open() as stream, pytest.raises(ValueError, match="before the beginning"):
        stream.seek(-len(_CONTENT) - 1, os.SEEK_END)


def test_nothing_of_it_lies_in_clear_and_no_piece_twice_the_same(waiting: WaitingFile) -> None:
    lying = os.pread(waiting.descriptor, 4 * _SEALED_BYTES, 0)

    pieces = {lying[at : at + _SEALED_BYTES] for at in range(0, len(lying), _SEALED_BYTES)}
    assert len(lying) == len(_CONTENT) + 3 * 16
    assert len(pieces) == 3
    assert all(_CONTENT[at : at + 8] not in lying for at in range(0, 256, 8))


def test_two_files_of_the_same_bytes_lie_differently(waiting: WaitingFile) -> None:
    with waiting_file([_CONTENT]) as other:
        one, another = (os.pread(each.descriptor, 64, 0) for each in (waiting, other))

    assert one != another


def test_it_has_no_name_and_goes_with_its_block() -> None:
    with waiting_file([b"x"]) as waiting:
        links = os.fstat(waiting.descriptor).st_nlink

    assert links == 0
    with pytest.raises(OSError, match="Bad file descriptor"):
        waiting.piece(0)


@pytest.mark.parametrize("place", [0, 15, PIECE_BYTES, _SEALED_BYTES, 2 * _SEALED_BYTES + 6])
def test_no_flipped_bit_opens(waiting: WaitingFile, place: int) -> None:
    (byte,) = os.pread(waiting.descriptor, 1, place)
    os.pwrite(waiting.descriptor, bytes([byte ^ 1]), place)

    with waiting.open() as stream, pytest.raises(WaitingFileError):
        stream.read()


def test_no_piece_opens_in_another_s_place(waiting: WaitingFile) -> None:
    first, second = (os.pread(waiting.descriptor, _SEALED_BYTES, n * _SEALED_BYTES) for n in (0, 1))
    os.pwrite(waiting.descriptor, second + first, 0)

    with waiting.open() as stream, pytest.raises(WaitingFileError):
        stream.read()


@pytest.mark.parametrize("kept", [0, _SEALED_BYTES, 2 * _SEALED_BYTES, 2 * _SEALED_BYTES + 22])
def test_a_cut_file_does_not_end_early(waiting: WaitingFile, kept: int) -> None:
    os.ftruncate(waiting.descriptor, kept)

    with waiting.open() as stream, pytest.raises(WaitingFileError):
        stream.read()
