"""Archives: those of our writer, those of others, and headers that lie."""

import io
import struct
import zipfile
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from exchange.errors import ExchangeError
from exchange.packages.archive import ArchiveWriter, read_archive
from exchange.packages.errors import UnacceptablePackageError
from tests.hostile.alterations import altered
from tests.hostile.soundness import CANARY, Reader

Members: TypeAlias = list[tuple[str, bytes]]

_NAMES: Final = st.sampled_from(
    ("mimetype", "a.csv.age", "META-INF/signature.p7s", f"../{CANARY}", f"/{CANARY}\x1b[31m", "")
)
_CONTENTS: Final = st.sampled_from((b"", b"x", bytes(5000), CANARY.encode()))
_MEMBERS: Final = st.lists(st.tuples(_NAMES, _CONTENTS), max_size=5)
_SIZES: Final = (0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_END: Final = b"PK\x05\x06"


@st.composite
def _foreign(draw: DrawFn) -> bytes:
    """Draw an archive that another writer made: compressed, commented, a link, a folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", draw(st.sampled_from((0, 8)))) as archive:
        names = draw(st.lists(_NAMES.filter(bool), max_size=4, unique=True))
        for name in names:
            info = zipfile.ZipInfo(name + draw(st.sampled_from(("", "", "/"))))
            info.external_attr = draw(st.sampled_from((0, 0o120777 << 16)))
            info.extra = draw(st.sampled_from((b"", b"\x99\x99\x04\x00abcd")))
            archive.writestr(info, draw(_CONTENTS))
        archive.comment = draw(st.sampled_from((b"", CANARY.encode())))
    return file.getvalue()


@st.composite
def _lying(draw: DrawFn) -> bytes:
    """Draw an archive of ours in which one number of four bytes is another."""
    document = bytearray(_packed(draw(_MEMBERS)))
    place = draw(st.integers(0, len(document) - 4))
    document[place : place + 4] = struct.pack("<I", draw(st.sampled_from(_SIZES)))
    return bytes(document)


def _packed(members: Members) -> bytes:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in members:
        writer.add(name, content)
    writer.finish()
    return file.getvalue()


def _read(document: bytes) -> Members:
    archive = read_archive(io.BytesIO(document))
    return [(member.name, b"".join(archive.chunks(member))) for member in archive.members]


def _agrees(members: Members, document: bytes) -> bool:
    return _packed(members) == document


ZIP: Final = Reader(
    "archive",
    altered(_MEMBERS.map(_packed)) | _lying() | altered(_foreign()),
    _read,
    ExchangeError,
    _agrees,
)


def _trusting_another_reader(document: bytes) -> Any:
    """Plant: the library reads the archive, and says in English what it does not like."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _naming_the_member(document: bytes) -> Any:
    """Plant: a package that is refused is refused by the names in it."""
    try:
        return _read(document)
    except UnacceptablePackageError:
        inside = document.partition(b"PK\x01\x02")[2][:80]
        raise UnacceptablePackageError(f"membre inattendu : {inside!r}") from None


def _passing_over_what_follows(document: bytes) -> Any:
    """Plant: the directory is looked for, so that anything may stand behind it."""
    end = document.rfind(_END)
    return _read(document[: end + 22] if end >= 0 else document)


PLANTED: Final = [
    Reader(plant.__doc__ or "", ZIP.documents, plant, ZIP.refusals, ZIP.agrees)
    for plant in (_trusting_another_reader, _naming_the_member, _passing_over_what_follows)
]
