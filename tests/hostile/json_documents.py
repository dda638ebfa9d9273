"""JSON documents: receipts, manifests, certificates, notices, events; restated and respelt."""

import io
import json
import sys
from dataclasses import asdict, replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from exchange.audit.errors import InvalidEventError
from exchange.audit.events import read_event
from exchange.cli.objector_input import read_objector
from exchange.errors import RefusedError
from schemas.annex_e import COLUMNS, RuleCode
from schemas.canonical_json import decode, encode
from schemas.certificate import read_certificate
from schemas.errors import SchemasError
from schemas.manifest import Ciphertext, Manifest, read_manifest
from schemas.receipt import Receipt, ReceiptError, ReceiptKind, Rejection, parse_receipt
from schemas.withdrawal import WithdrawalNotice, read_withdrawal
from tests.fakes.certificate import CERTIFICATE
from tests.hostile.alterations import altered, restated
from tests.hostile.soundness import CANARY, Reader

_MOST_TYPED_BYTES: Final = 4096
_DIGEST: Final = "a" * 64
_AT: Final = "2023-02-01T09:00:00Z"
_MANIFEST: Final = Manifest(
    agreement="spie-62",
    agreement_version=1,
    agreement_digest=_DIGEST,
    instruction="I-2022-1",
    deadline="enquete-1",
    cut_off="2022-12-30",
    due="2023-01-31",
    revision=1,
    sender=CANARY,
    sender_certificate=_DIGEST,
    recipient="dgefp",
    recipient_name="DGEFP",
    recipient_fingerprint="0123 4567 89ab cdef 0123 4567 89ab cdef",
    view="nominative",
    columns=COLUMNS,
    row_count=2,
    undeclared=False,
    created_at=_AT,
    destroy_by="2023-09-30",
    ciphertexts=(Ciphertext("spie-62_enquete-1_dgefp_r1.csv.age", _DIGEST, 1234),),
    checkpoint="journal\n7\nAAAA\n\n— journal BBBB\n",
    log_key="journal+0123+CCCC",
    trial=False,
)
_NOTICE: Final = WithdrawalNotice(
    agreement="spie-62",
    transfer="spie-62_enquete-1_dgefp_r1",
    recipient="dgefp",
    package=_DIGEST,
    reason="wrong-recipient",
    instruction="I-2022-2",
    withdrawn_at=_AT,
    sender=CANARY,
    contact="spie@departement.example",
    trial=True,
)
_CERTIFICATE: Final = replace(CERTIFICATE, issuer=f"CN={CANARY}")
_REJECTION: Final = Receipt(
    kind=ReceiptKind.REJECTION,
    package=_DIGEST,
    checkpoint_size=7,
    checkpoint_root="A" * 43 + "=",
    at=_AT,
    rejections=(
        Rejection(RuleCode.COURRIEL_FORMAT, line=3),
        Rejection(RuleCode.CONTACT_ABSENT, reference="A" * 26 + "0"),
    ),
)
_EVENT: Final[dict[str, Any]] = {
    "version": 1,
    "kind": "import.done",
    "outcome": "done",
    "actor": {"uid": 1000, "name": CANARY, "sudo_user": "x"},
    "at": _AT,
    "trial_at": _AT,
    "subject": "spie-62",
    "why": "",
    "details": {"read": 3, "codes": ["A", "B"]},
}


def _spellings(base: bytes) -> SearchStrategy[bytes]:
    """Draw a document restated, spelt in one of the ways that JSON has, and perhaps altered."""
    value = json.loads(base)
    return altered(_spelt(restated(value))) | _spelt(st.just(value)) | st.just(base)


@st.composite
def _spelt(draw: DrawFn, documents: SearchStrategy[Any]) -> bytes:
    text = json.dumps(
        draw(documents),
        ensure_ascii=draw(st.booleans()),
        sort_keys=draw(st.sampled_from((True, True, True, False))),
        separators=draw(st.sampled_from(((",", ":"), (",", ":"), (", ", ": ")))),
    )
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("{", '{"format":1,', 1)  # for the second time
    return text.encode("utf-8", "surrogatepass")


def _is_canonical(value: Any, document: bytes) -> bool:
    return bool(value.canonical_bytes() == document)


def _says_the_same(receipt: Receipt, document: bytes) -> bool:
    """Hold a receipt against its document, keys in any order; of doubled keys, both count."""
    said, meant = (
        json.loads(text, object_pairs_hook=lambda pairs: sorted(map(repr, pairs)))
        for text in (document, receipt.json_bytes())
    )
    return bool(said == meant)


def _read_objector(document: bytes) -> bytes:
    """Read who objects from standard input, and give what the blind index is made of."""
    typed_before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(document))
    try:
        objector = read_objector(asks_key=True)
    finally:
        sys.stdin = typed_before
    return f"{objector.names}{objector.local_key}".encode()


_CELLS: Final = st.text(max_size=9) | st.sampled_from((CANARY, "12/03/1971", "", "\ud800"))
_NAMES: Final = {"nom": _CELLS, "prenom": _CELLS, "date_naissance": _CELLS}
_KEY: Final = {"local_key": _CELLS}
_OBJECTORS: Final = st.fixed_dictionaries(_NAMES, optional=_KEY) | st.fixed_dictionaries(_KEY)
JSON: Final = (
    Reader(
        "objector",
        altered(_spelt(_OBJECTORS)),
        _read_objector,
        (RefusedError, SchemasError),
        lambda read, document: bool(read) and len(document) <= _MOST_TYPED_BYTES,
    ),
    Reader(
        "canonical JSON",
        _spellings(encode(_EVENT)),
        decode,
        SchemasError,
        lambda value, document: encode(value) == document,
    ),
    Reader(
        "event",
        _spellings(encode(_EVENT)),
        read_event,
        InvalidEventError,
        lambda _, document: encode(decode(document)) == document,
    ),
    Reader(
        "manifest",
        _spellings(_MANIFEST.canonical_bytes()),
        read_manifest,
        SchemasError,
        _is_canonical,
    ),
    Reader(
        "destruction certificate",
        _spellings(_CERTIFICATE.canonical_bytes()),
        read_certificate,
        SchemasError,
        _is_canonical,
    ),
    Reader(
        "withdrawal notice",
        _spellings(_NOTICE.canonical_bytes()),
        read_withdrawal,
        SchemasError,
        _is_canonical,
    ),
)
RECEIPT: Final = Reader(
    "receipt", _spellings(_REJECTION.json_bytes()), parse_receipt, SchemasError, _says_the_same
)


def _taking_what_is_there(document: bytes) -> Any:
    """Plant: a key is taken out of the text before it is known to be there."""
    try:
        said = json.loads(document)
    except (ValueError, RecursionError):
        return parse_receipt(document)
    _ = said["rejections"][0]["line"]
    return parse_receipt(document)


def _repeating_what_it_read(document: bytes) -> Any:
    """Plant: the sentence repeats the text that was not understood."""
    try:
        return parse_receipt(document)
    except ReceiptError:
        raise ReceiptError(f"réponse inattendue : {document!r}") from None


def _taking_the_last_of_two(document: bytes) -> Any:
    """Plant: of a key that stands there twice the last one counts, as ``json`` has it."""
    try:
        said = json.loads(document)
    except (ValueError, RecursionError):
        return parse_receipt(document)
    return parse_receipt(json.dumps(said).encode())


def _reading_any_spelling(document: bytes) -> Any:
    """Plant: a manifest is read whatever way it is spelt."""
    try:
        said = json.loads(document)
        return read_manifest(encode(said))
    except (ValueError, RecursionError):
        return read_manifest(document)


PLANTED: Final = [
    *(
        Reader(plant.__doc__ or "", RECEIPT.documents, plant, RECEIPT.refusals, RECEIPT.agrees)
        for plant in (_taking_what_is_there, _repeating_what_it_read, _taking_the_last_of_two)
    ),
    Reader(
        _reading_any_spelling.__doc__ or "",
        _spellings(encode({**asdict(_MANIFEST), "columns": list(COLUMNS)})),
        _reading_any_spelling,
        SchemasError,
        _is_canonical,
    ),
]
