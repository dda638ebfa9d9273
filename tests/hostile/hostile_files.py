"""Files made to harm whoever reads them, by name. Each holds the canary where a value stands."""

import base64
import io
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from keys.age import EncryptingWriter, bech32, parse_recipient
from keys.seal import SealKey, sign_enveloping
from tests.fakes.people import LOCAL_COLUMNS
from tests.fakes.situation import DGEFP, PROVIDER, Situation
from tests.hostile.commands import Role
from tests.hostile.soundness import CANARY

Make: TypeAlias = Callable[[Path, Situation], object]

MEBIBYTE: Final = 1 << 20
_HEADER: Final = ";".join(LOCAL_COLUMNS.values())
# In the local order: last name, first name, birth, entry, telephone, mail, address, postcode.
_ROW: Final = f"{CANARY};Zoé;12/03/1971;04/05/2022;;;4 rue {CANARY};62000"
_MARKS: Final = "a" + "\u0301\u0316" * 60_000


@dataclass(frozen=True, slots=True)
class HostileFile:
    """One file: what it is handed over as, how it is made, and the exit code it deserves."""

    name: str
    role: Role
    make: Make
    exit_code: int


def bytes_of(content: bytes) -> Make:
    """Write bytes."""
    return lambda path, _situation: path.write_bytes(content)


def text_of(content: str, encoding: str = "utf-8") -> Make:
    """Write a text."""
    return bytes_of(content.encode(encoding))


def rows_of(*rows: str) -> Make:
    """Write rows under the header of the local system."""
    return text_of("\n".join((_HEADER, *rows, "")))


def hole_of(mebibytes: int, beginning: str = "") -> Make:
    """Write a beginning and then NUL bytes that take no room on disk."""

    def make(path: Path, _situation: Situation) -> None:
        path.write_bytes(beginning.encode())
        os.truncate(path, mebibytes * MEBIBYTE)

    return make


def one_line_of(mebibytes: int) -> Make:
    """Write a header and one line of many mebibytes, which take no room on disk."""
    return hole_of(mebibytes, f"{_HEADER}\n{_ROW}")


def _cell(column: str, cell: str) -> Make:
    place = list(LOCAL_COLUMNS.values()).index(column)
    cells = _ROW.split(";")
    cells[place] = cell
    return rows_of(";".join(cells))


def _signed_by_the_recipient(content: bytes) -> Make:
    """Write what a recipient signed who should not be trusted with a key."""

    def make(path: Path, situation: Situation) -> None:
        keys = situation.keys(DGEFP)
        names = ("receipt-key.pem", "receipt-cert.pem")
        signer = SealKey.load(*((keys / name).read_bytes() for name in names))
        path.write_bytes(sign_enveloping(content, signer, datetime(2023, 2, 1, tzinfo=UTC)))

    return make


def _zipped(*, compression: int = zipfile.ZIP_DEFLATED, content: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("mimetype", "application/vnd.etsi.asic-e+zip", zipfile.ZIP_STORED)
        archive.writestr(f"{CANARY}.csv.age", content)
    return file.getvalue()


def _bomb() -> bytes:
    return _zipped(content=bytes(20 * MEBIBYTE))


def _lying_bomb() -> bytes:
    """Give a bomb whose headers announce ten bytes."""
    bomb = _bomb()
    return bomb.replace(struct.pack("<I", 20 * MEBIBYTE), struct.pack("<I", 10))


def _good_package(change: Callable[[bytes], bytes]) -> Make:
    def make(path: Path, situation: Situation) -> None:
        path.write_bytes(change(situation.package(DGEFP).read_bytes()))

    return make


def _copy_of(name: str) -> Make:
    def make(path: Path, situation: Situation) -> None:
        path.write_bytes((situation.keys(DGEFP) / name).read_bytes())

    return make


def _package_for(recipient_id: str) -> Make:
    def make(path: Path, situation: Situation) -> None:
        path.write_bytes(situation.package(recipient_id).read_bytes())

    return make


def _age_file(path: Path, situation: Situation) -> None:
    recipient = (situation.keys(DGEFP) / "recipient.txt").read_text("ascii").strip()
    with path.open("wb") as file, EncryptingWriter(file, [parse_recipient(recipient)]) as writer:
        writer.write(f"{_HEADER}\n{_ROW}\n".encode())


def _altered_certificate(found: bytes, put: bytes) -> Make:
    def make(path: Path, situation: Situation) -> None:
        lines = situation.departement.seal_certificate.read_text("ascii").splitlines()[1:-1]
        der = base64.b64decode("".join(lines))
        assert found in der
        path.write_bytes(der.replace(found, put))

    return make


def _pem(content: bytes) -> str:
    encoded = base64.encodebytes(content).decode()
    return f"-----BEGIN CERTIFICATE-----\n{encoded}-----END CERTIFICATE-----\n"


_REFUSED, _ATTENTION, _UNREADABLE = 3, 4, 1
_DEEP: Final = 100_000

HOSTILE_FILES: Final = [
    HostileFile("ten million columns", Role.SOURCE, text_of(";" * 10_000_000), _REFUSED),
    HostileFile("ten million cells in a row", Role.SOURCE, rows_of(_ROW + ";" * 10**7), _REFUSED),
    HostileFile("one line of 100 MB", Role.SOURCE, one_line_of(100), _REFUSED),
    HostileFile("two million empty lines", Role.SOURCE, text_of("\n" * 2_000_000), _REFUSED),
    HostileFile("a quote never closed", Role.SOURCE, rows_of(*[f'"{_ROW}'] * 20_000), _REFUSED),
    HostileFile("lone surrogates", Role.SOURCE, bytes_of(b"\xed\xa0\x80;\n" * 99), _REFUSED),
    HostileFile("UTF-16", Role.SOURCE, text_of(f"{_HEADER}\n{_ROW}\n", "utf-16-be"), _REFUSED),
    HostileFile("UTF-32", Role.SOURCE, text_of(f"{_HEADER}\n{_ROW}\n", "utf-32"), _REFUSED),
    HostileFile("a zip bomb as a table", Role.SOURCE, bytes_of(_zipped()), _REFUSED),
    HostileFile("a date of 10 000 digits", Role.SOURCE, _cell("DATE_NAISS", "1" * 9999), _REFUSED),
    HostileFile("a number of 10 000 digits", Role.SOURCE, _cell("TEL", "0" + "6" * 9999), _REFUSED),
    HostileFile("a name of marks", Role.SOURCE, _cell("NOM_USAGE", _MARKS), _REFUSED),
    HostileFile("a column of marks", Role.SOURCE, text_of(f"{_HEADER};{_MARKS}\n{_ROW}"), _REFUSED),
    HostileFile("a formula", Role.SOURCE, _cell("NOM_USAGE", f"=CMD|'{CANARY}'!A1"), _REFUSED),
    HostileFile("a terminal's orders", Role.SOURCE, _cell("PRENOM", f"\x1b]0;{CANARY}"), _REFUSED),
    HostileFile("a row turned round", Role.SOURCE, _cell("PRENOM", f"\u202e{CANARY}"), _REFUSED),
    HostileFile("NUL in a name", Role.SOURCE, _cell("PRENOM", f"{CANARY}\0"), _REFUSED),
    HostileFile("a NIR as postcode", Role.SOURCE, _cell("CP", "1 71 03 62 041 001 33"), _REFUSED),
    HostileFile("an endless mail", Role.SOURCE, _cell("MAIL", f"{'a.' * 60_000}@x.fr"), _REFUSED),
    HostileFile("nested TOML", Role.AGREEMENT, text_of(f"a = {'[' * _DEEP}"), _REFUSED),
    HostileFile("nested tables", Role.AGREEMENT, text_of("a = " + "{a = " * _DEEP), _REFUSED),
    HostileFile("a key of many parts", Role.AGREEMENT, text_of("a." * _DEEP + "a = 1"), _REFUSED),
    HostileFile("a key of digits", Role.AGREEMENT, text_of(f"{'1' * 9999} = '{CANARY}'"), _REFUSED),
    HostileFile("an endless number", Role.AGREEMENT, text_of(f"a = {'1' * _DEEP}"), _REFUSED),
    HostileFile("an endless day", Role.AGREEMENT, text_of(f"a = {'1' * _DEEP}-01-01"), _REFUSED),
    HostileFile("a list of people", Role.AGREEMENT, rows_of(*[_ROW] * 99), _REFUSED),
    HostileFile("17 MB of TOML", Role.AGREEMENT, text_of("#" * 17 * MEBIBYTE), _REFUSED),
    HostileFile(
        "nested JSON",
        Role.RECEIPT,
        _signed_by_the_recipient(b"[" * _DEEP),
        _REFUSED,
    ),
    HostileFile(
        "an endless number in JSON",
        Role.RECEIPT,
        _signed_by_the_recipient(b'{"format":' + b"1" * _DEEP + b"}"),
        _REFUSED,
    ),
    HostileFile(
        "numbers that are none",
        Role.RECEIPT,
        _signed_by_the_recipient(b'{"format":NaN,"checkpoint_size":1e999}'),
        _REFUSED,
    ),
    HostileFile(
        "a lone surrogate in JSON",
        Role.RECEIPT,
        _signed_by_the_recipient(f'{{"kind":"\\ud800{CANARY}"}}'.encode()),
        _REFUSED,
    ),
    HostileFile("nested DER", Role.RECEIPT, bytes_of(b"\x30\x80" * _DEEP), _REFUSED),
    HostileFile(
        "DER longer than it is", Role.RECEIPT, bytes_of(b"\x30\x88" + b"\xff" * 9), _REFUSED
    ),
    HostileFile("a key as an answer", Role.RECEIPT, _copy_of("receipt-key.pem"), _REFUSED),
    HostileFile("a package as an answer", Role.RECEIPT, _package_for(DGEFP), _REFUSED),
    HostileFile("a zip bomb", Role.PACKAGE, lambda p, _: p.write_bytes(_bomb()), _REFUSED),
    HostileFile(
        "a bomb that lies", Role.PACKAGE, lambda p, _: p.write_bytes(_lying_bomb()), _REFUSED
    ),
    HostileFile("a byte behind", Role.PACKAGE, _good_package(lambda good: good + b"\n"), _REFUSED),
    HostileFile("a byte before", Role.PACKAGE, _good_package(lambda good: b"\n" + good), _REFUSED),
    HostileFile("two packages", Role.PACKAGE, _good_package(lambda good: good * 2), _REFUSED),
    HostileFile("half a package", Role.PACKAGE, _good_package(lambda good: good[:9000]), _REFUSED),
    HostileFile("a package of 4 GiB", Role.PACKAGE, hole_of(4096), _REFUSED),
    HostileFile("somebody else's package", Role.PACKAGE, _package_for(PROVIDER), _REFUSED),
    HostileFile("a bare age file", Role.PACKAGE, _age_file, _REFUSED),
    HostileFile("a key as a package", Role.PACKAGE, _copy_of("identity.txt"), _REFUSED),
    HostileFile("one key of 15 MB", Role.IDENTITY, text_of("A" * 15 * MEBIBYTE), _UNREADABLE),
    HostileFile(
        "an endless key with its checksum",
        Role.IDENTITY,
        lambda path, _: path.write_text(bech32.encode("age-secret-key-", bytes(100_000)).upper()),
        _UNREADABLE,
    ),
    HostileFile("a recipient as a key", Role.IDENTITY, _copy_of("recipient.txt"), _UNREADABLE),
    HostileFile("a key as a certificate", Role.SENDER, _copy_of("receipt-key.pem"), _UNREADABLE),
    HostileFile(
        "names that do not parse",
        Role.SENDER,
        _altered_certificate(b"\x55\x04\x03\x0c", b"\x55\x04\x03\x1d"),
        _UNREADABLE,
    ),
    HostileFile(
        "a version that is none",
        Role.SENDER,
        _altered_certificate(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x09"),
        _UNREADABLE,
    ),
    HostileFile(
        "ten thousand certificates", Role.SENDER, text_of(_pem(b"0\0") * 10_000), _UNREADABLE
    ),
    HostileFile(
        "a certificate as a key", Role.ANSWER_KEY, _copy_of("receipt-cert.pem"), _UNREADABLE
    ),
    HostileFile(
        "an endless path",
        Role.PROOF,
        text_of(f"c2sp.org/tlog-proof@v1\nindex 0\n{'A' * 43}=\n" * 9),
        _ATTENTION,
    ),
    HostileFile(
        "an index of 9999 digits",
        Role.PROOF,
        text_of(f"c2sp.org/tlog-proof@v1\nindex {'1' * 9999}\n\n"),
        _ATTENTION,
    ),
    HostileFile("a proof in UTF-16", Role.PROOF, text_of(CANARY, "utf-16"), _UNREADABLE),
    HostileFile(
        "ten million signatures",
        Role.CHECKPOINT,
        text_of(f"a\n1\nb\n\n{'— a AAAA' * 10**6}\n"),
        _ATTENTION,
    ),
    HostileFile(
        "a checkpoint of orders",
        Role.CHECKPOINT,
        text_of(f"\x1b[31m{CANARY}\n\n— a b\n"),
        _ATTENTION,
    ),
    HostileFile(
        "an answer as a certificate", Role.CERTIFICATE, _signed_by_the_recipient(b"{}"), _UNREADABLE
    ),
]
"""At least twenty; each goes through the real command."""

EVERYWHERE: Final[dict[str, Make]] = {
    "a pipe nobody writes to": lambda path, _: os.mkfifo(path),
    "a device without end": lambda path, _: path.symlink_to("/dev/zero"),
    "an empty file": bytes_of(b""),
    "a hole of 1 GiB": hole_of(1024),
    "random bytes": lambda path, _: path.write_bytes(os.urandom(100_000)),
    "a text in UTF-16": text_of(f"{CANARY}\n" * 99, "utf-16"),
    "lone surrogates": bytes_of(b"\xed\xa0\x80\n" * 99),
}
"""Handed over as anything at all."""
