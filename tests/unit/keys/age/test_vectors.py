"""Every public vector of age, counted: none may fall out of the test unseen."""

import hashlib
import io
from collections import Counter

from keys.age import open_for_reading, open_with_file_key, parse_identities
from keys.age.header import encode_header, read_header
from keys.age.primitives import FileKey
from keys.errors import (
    AgeError,
    AgeHeaderError,
    AgeMacError,
    AgePayloadError,
    NoMatchingIdentityError,
    UnsupportedAgeFileError,
)
from tests.unit.keys.age.vectors import Vector, read_vectors

_OUTCOMES: dict[type[AgeError] | None, str] = {
    None: "success",
    NoMatchingIdentityError: "no match",
    AgeHeaderError: "header failure",
    AgeMacError: "HMAC failure",
    AgePayloadError: "payload failure",
    UnsupportedAgeFileError: "unsupported",
}
# Armor behind something else, and a passphrase stanza that is none: refused before they are
# recognised.
_REFUSED_OTHERWISE = {
    "armor_garbage_leading": "header failure",
    "armor_whitespace_outside": "header failure",
    "scrypt_not_canonical_body": "header failure",
    "scrypt_uppercase": "no match",
}


def _read(vector: Vector) -> tuple[str, bytes]:
    identities = parse_identities("\n".join(vector.identities)) if vector.identities else ()
    plaintext = bytearray()
    try:
        for chunk in open_for_reading(io.BytesIO(vector.content), identities):
            plaintext += chunk
    except AgeError as error:
        return _OUTCOMES[type(error)], bytes(plaintext)
    return _OUTCOMES[None], bytes(plaintext)


def test_all_143_vectors_are_sorted_into_opened_refused_and_unsupported() -> None:
    vectors = read_vectors()

    opened = [v for v in vectors if v.is_supported and v.expect == "success"]
    refused = [v for v in vectors if v.is_supported and v.expect != "success"]
    unsupported = [v for v in vectors if not v.is_supported]

    assert (len(opened), len(refused), len(unsupported)) == (18, 67, 58)


def test_each_supported_vector_ends_in_its_own_class() -> None:
    supported = [vector for vector in read_vectors() if vector.is_supported]

    outcomes = {vector.name: _read(vector)[0] for vector in supported}

    assert outcomes == {vector.name: vector.expect for vector in supported}
    assert Counter(outcomes.values()) == {
        "success": 18,
        "header failure": 40,
        "payload failure": 18,
        "no match": 8,
        "HMAC failure": 1,
    }


def test_each_supported_vector_gives_exactly_its_payload_before_it_ends_or_fails() -> None:
    with_payload = [v for v in read_vectors() if v.is_supported and v.payload_sha256]

    given = {vector.name: hashlib.sha256(_read(vector)[1]).hexdigest() for vector in with_payload}

    assert given == {vector.name: vector.payload_sha256 for vector in with_payload}
    assert len(given) == 36


def test_no_vector_without_a_payload_gives_a_byte() -> None:
    without_payload = [v for v in read_vectors() if v.is_supported and not v.payload_sha256]

    assert not any(_read(vector)[1] for vector in without_payload)


def test_each_unsupported_vector_is_declared_so_or_refused_before_it_is_recognised() -> None:
    unsupported = [vector for vector in read_vectors() if not vector.is_supported]

    outcomes = {vector.name: _read(vector)[0] for vector in unsupported}

    assert outcomes == {vector.name: "unsupported" for vector in unsupported} | _REFUSED_OTHERWISE


def test_each_opened_vector_opens_with_its_file_key_too() -> None:
    for vector in read_vectors():
        if vector.is_supported and vector.expect == "success":
            source, file_key = io.BytesIO(vector.content), FileKey(vector.file_key)
            digest = hashlib.sha256(b"".join(open_with_file_key(source, file_key)))

            assert digest.hexdigest() == vector.payload_sha256, vector.name


def test_each_header_of_an_opened_vector_is_written_as_it_was_read() -> None:
    for vector in read_vectors():
        if vector.is_supported and vector.expect == "success":
            source = io.BytesIO(vector.content)
            header = read_header(source)

            rewritten = encode_header(header.stanzas, FileKey(vector.file_key))

            assert rewritten == vector.content[: source.tell()], vector.name
