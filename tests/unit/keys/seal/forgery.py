"""Signatures that break one rule and keep the others: read loosely, changed, signed again.

The shapes admit what those of ``keys.seal.structures`` leave out.
"""

from dataclasses import dataclass
from typing import Annotated, Self

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.x509 import ObjectIdentifier

from keys.seal import SealKey
from keys.seal.algorithms import sign, signing_digest


@asn1.sequence
class LooseAttribute:
    """An attribute with any number of values."""

    attribute_type: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class LooseSignerInfo:
    """A signer with any attributes, unsigned ones included."""

    version: int
    signer: asn1.TLV
    digest_algorithm: asn1.TLV
    signed_attributes: Annotated[asn1.SetOf[LooseAttribute], asn1.Implicit(0)]
    signature_algorithm: asn1.TLV
    signature: bytes
    unsigned_attributes: Annotated[asn1.SetOf[LooseAttribute] | None, asn1.Implicit(1)]


@asn1.sequence
class LooseContent:
    """What is signed."""

    content_type: ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class LooseSignedData:
    """Any number of everything."""

    version: int
    digest_algorithms: asn1.SetOf[asn1.TLV]
    encapsulated: LooseContent
    certificates: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    revocation_lists: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.SetOf[LooseSignerInfo]


@asn1.sequence
class LooseContentInfo:
    """The outermost shape."""

    content_type: ObjectIdentifier
    content: Annotated[LooseSignedData, asn1.Explicit(0)]


@dataclass(slots=True)
class Forgery:
    """A genuine signature taken apart; its parts may be changed before it is written again."""

    message: LooseContentInfo
    signed_data: LooseSignedData
    signer: LooseSignerInfo
    attributes: list[LooseAttribute]

    @classmethod
    def of(cls, signature: bytes) -> Self:
        message = asn1.decode_der(LooseContentInfo, signature)
        (signer,) = message.content.signers.as_list()
        attributes = signer.signed_attributes.as_list()
        return cls(message, message.content, signer, attributes)

    def write(self) -> bytes:
        """Write it with the signature it has."""
        self.signer.signed_attributes = asn1.SetOf(self.attributes)
        self.signed_data.signers = asn1.SetOf([self.signer])
        self.message.content = self.signed_data
        return asn1.encode_der(self.message)

    def sign(self, key: SealKey) -> bytes:
        """Sign the attributes as they now are, and write it."""
        signed = asn1.encode_der(asn1.SetOf(self.attributes))
        self.signer.signature = sign(
            key.private_key, signing_digest(key.certificate.public_key), signed
        )
        return self.write()

    def set_value(self, attribute_type: ObjectIdentifier, *values: object) -> None:
        """Give an attribute other values."""
        (attribute,) = (a for a in self.attributes if a.attribute_type == attribute_type)
        attribute.values = asn1.SetOf([tlv(value) for value in values])

    def drop(self, attribute_type: ObjectIdentifier) -> None:
        """Leave an attribute out."""
        self.attributes = [a for a in self.attributes if a.attribute_type != attribute_type]


def twin(signature: bytes) -> bytes:
    """Give the other ECDSA signature on P-256 of the same thing, as anybody can."""
    forgery = Forgery.of(signature)
    r, s = decode_dss_signature(forgery.signer.signature)
    forgery.signer.signature = encode_dss_signature(r, ec.SECP256R1().group_order - s)
    return forgery.write()


def tlv(value: object) -> asn1.TLV:
    """Give a value, or DER bytes given as such by ``raw``, as an opaque element."""
    return raw(asn1.encode_der(value))


def raw(der: bytes) -> asn1.TLV:
    """Give DER as an opaque element."""
    return asn1.decode_der(asn1.TLV, der)


def algorithm(dotted: str, *, null: bool = False) -> asn1.TLV:
    """Name an algorithm, with NULL parameters or none."""
    identifier = asn1.encode_der(ObjectIdentifier(dotted)) + (b"\x05\x00" if null else b"")
    return raw(bytes([0x30, len(identifier)]) + identifier)
