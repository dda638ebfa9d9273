"""One encoding: what any other ZIP writer makes is refused, were it right in every member."""

import io
import string
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.packages.archive import ArchiveWriter, Member, read_archive
from exchange.packages.errors import PackageTooLargeError, UnacceptablePackageError

_MEMBERS = {"mimetype": b"application/zip", "rows": b"0123456789" * 30, "empty": b""}
_END_BYTES = 22


def _written(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in members.items():
        writer.add(name, content)
    writer.finish()
    return file.getvalue()


def _read(data: bytes) -> dict[str, bytes]:
    archive = read_archive(io.BytesIO(data))
    return {member.name: b"".join(archive.chunks(member)) for member in archive.members}


_NAME = st.text(string.ascii_letters + string.digits + "._/-", min_size=1, max_size=40)


@given(st.dictionaries(_NAME, st.binary(), min_size=1, max_size=16))
def test_what_is_written_is_read(members: dict[str, bytes]) -> None:
    assert _read(_written(members)) == members


def test_any_other_zip_reader_reads_it_too() -> None:
    with zipfile.ZipFile(io.BytesIO(_written(_MEMBERS))) as archive:
        names = archive.namelist()
        contents = [archive.read(name) for name in names]

    assert dict(zip(names, contents, strict=True)) == _MEMBERS


def test_the_same_members_give_the_same_bytes_however_they_are_written() -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in _MEMBERS.items():
        member = writer.begin(name)
        for start in range(0, len(content), 7):
            member.write(content[start : start + 7])
        member.close()
    writer.finish()

    assert file.getvalue() == _written(_MEMBERS)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_and_never_raise_anything_else(data: bytes) -> None:
    with pytest.raises(UnacceptablePackageError):
        _read(data)


@given(st.integers(0, len(_written(_MEMBERS)) - 1), st.binary(min_size=1, max_size=8))
def test_overwritten_bytes_are_refused_unless_they_change_nothing(at: int, data: bytes) -> None:
    good = _written(_MEMBERS)
    changed = (good[:at] + data + good[at + len(data) :])[: len(good)]

    if changed == good:
        assert _read(changed) == _MEMBERS
    else:
        with pytest.raises(UnacceptablePackageError):
            _read(changed)


def _zipfile(
    alter: Callable[[zipfile.ZipFile, zipfile.ZipInfo], None],
    compression: int = zipfile.ZIP_STORED,
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in _MEMBERS.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = compression
            alter(archive, member)
            archive.writestr(member, content)
    return file.getvalue()


def _with_extra_field(_: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    member.extra = b"\x55\x54\x05\x00\x01\x00\x00\x00\x00"


def _with_member_comment(_: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    member.comment = b"bonjour"


def _with_archive_comment(archive: zipfile.ZipFile, _: zipfile.ZipInfo) -> None:
    archive.comment = b"bonjour"


def _with_date(_: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    member.date_time = (2023, 1, 31, 10, 30, 0)


def _as_it_comes(_: zipfile.ZipFile, __: zipfile.ZipInfo) -> None:
    pass


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_zipfile(_with_extra_field), id="extra field"),
        pytest.param(_zipfile(_with_member_comment), id="member comment"),
        pytest.param(_zipfile(_with_archive_comment), id="archive comment"),
        pytest.param(_zipfile(_with_date), id="date"),
        pytest.param(_zipfile(_as_it_comes), id="system and attributes"),
        pytest.param(_zipfile(_as_it_comes, compression=zipfile.ZIP_DEFLATED), id="deflated"),
        pytest.param(b"MZ" + _written(_MEMBERS), id="something before"),
        pytest.param(_written(_MEMBERS) + b"\n", id="something behind"),
        pytest.param(_written(_MEMBERS)[:-_END_BYTES], id="no end"),
        pytest.param(_written({}), id="no member"),
        pytest.param(_written({str(n): b"" for n in range(17)}), id="too many members"),
        pytest.param(_written({"n" * 201: b""}), id="long name"),
    ],
)
def test_another_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(UnacceptablePackageError, match="intact"):
        _read(data)


def test_a_member_behind_which_its_size_is_repeated_is_refused() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    file = Pipe()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), b"application/zip")

    with pytest.raises(UnacceptablePackageError, match="intact"):
        _read(file.getvalue())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"mimetype", b"mimetypo", id="another name in one header"),
        pytest.param(b"rows", b"rowz", id="another name of a later member"),
    ],
)
def test_headers_that_disagree_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(UnacceptablePackageError, match="intact"):
        _read(_written(_MEMBERS).replace(old, new, 1))


def test_a_directory_in_another_order_than_the_members_is_refused() -> None:
    good = _written(_MEMBERS)
    head, *entries = good[:-_END_BYTES].split(b"PK\x01\x02")
    turned = b"".join(b"PK\x01\x02" + entry for entry in reversed(entries))

    with pytest.raises(UnacceptablePackageError, match="intact"):
        _read(head + turned + good[-_END_BYTES:])


def test_a_gap_between_members_is_refused() -> None:
    good = _written(_MEMBERS)
    directory = good.index(b"PK\x01\x02")
    end = struct.pack("<I", directory + 1)
    moved = good[:directory] + b"\0" + good[directory:-6] + end + good[-2:]

    with pytest.raises(UnacceptablePackageError):
        _read(moved)


def test_a_directory_that_claims_the_whole_file_is_not_read_into_memory() -> None:
    class Counting(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.largest = max(self.largest, -1 if size is None else size)
            return super().read(size)

    body = b"PK\x01\x02".ljust(46, b"\0") + b"\0" * 1_000_000
    file = Counting(body + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 0, 0, 0))

    with pytest.raises(UnacceptablePackageError):
        read_archive(file)

    assert 0 < file.largest < 1000


def test_a_file_that_shrinks_while_it_is_read_is_refused() -> None:
    file = io.BytesIO(_written(_MEMBERS))
    archive = read_archive(file)
    file.truncate(archive.members[1].data_offset + 5)

    with pytest.raises(UnacceptablePackageError, match="intact"):
        list(archive.chunks(archive.members[1]))


class _Hole(io.RawIOBase):
    """A file of which only the length exists."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    def write(self, data: object) -> int:
        assert isinstance(data, bytes | memoryview)
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = offset if whence == 0 else self._at
        return self._at

    def tell(self) -> int:
        return self._at


def test_more_than_four_gibibytes_is_refused_clearly() -> None:
    member = ArchiveWriter(_Hole()).begin("rows")  # type: ignore[arg-type]  # a raw file will do
    mebibyte = memoryview(bytes(1 << 20))
    for _ in range(4096):
        member.write(mebibyte)

    with pytest.raises(PackageTooLargeError, match="4 Gio"):
        member.close()


def test_a_member_knows_where_it_ends() -> None:
    assert Member("rows", data_offset=40, size=2, crc=0).end == 42
