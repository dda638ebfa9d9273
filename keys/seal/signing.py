"""Signing: a CAdES baseline signature, detached or around its content."""

import hashlib
from datetime import datetime

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ObjectIdentifier

from keys.seal.algorithms import algorithm_for, sign
from keys.seal.seal_key import SealKey
from keys.seal.structures import (
    CMS_VERSION,
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    Attribute,
    ContentInfo,
    EncapsulatedContentInfo,
    EssCertIdV2,
    IssuerAndSerialNumber,
    SignedData,
    SignerInfo,
    SigningCertificateV2,
)


def sign_detached(content: bytes, seal: SealKey, signing_time: datetime) -> bytes:
    """Sign ``content``; give the signature alone, in DER."""
    return asn1.encode_der(_content_info(content, seal, signing_time, None))


def sign_enveloping(content: bytes, seal: SealKey, signing_time: datetime) -> bytes:
    """Sign ``content``; give the signature with the content inside, in DER."""
    return asn1.encode_der(_content_info(content, seal, signing_time, content))


def _content_info(
    content: bytes, seal: SealKey, signing_time: datetime, carried: bytes | None
) -> ContentInfo:
    signer_info = _signer_info(content, seal, signing_time)
    signed_data = SignedData(
        version=CMS_VERSION,
        digest_algorithms=asn1.SetOf([signer_info.digest_algorithm]),
        encapsulated=EncapsulatedContentInfo(content_type=DATA, content=carried),
        certificates=asn1.SetOf([_tlv(seal.certificate.der)]),
        signer_infos=asn1.SetOf([signer_info]),
    )
    return ContentInfo(content_type=SIGNED_DATA, content=signed_data)


def _signer_info(content: bytes, seal: SealKey, signing_time: datetime) -> SignerInfo:
    algorithm = algorithm_for(seal.private_key)
    attributes = _signed_attributes(content, seal, signing_time, algorithm.hash)
    certificate = seal.certificate.x509()
    # What is signed is the SET OF itself, not its [0] tag (RFC 5652, 5.4).
    signature = sign(seal.private_key, asn1.encode_der(attributes), algorithm)
    return SignerInfo(
        version=CMS_VERSION,
        sid=IssuerAndSerialNumber(
            issuer=_tlv(certificate.issuer.public_bytes()),
            serial_number=certificate.serial_number,
        ),
        digest_algorithm=_tlv(algorithm.digests[0]),
        signed_attributes=attributes,
        signature_algorithm=_tlv(algorithm.signature),
        signature=signature,
    )


def _signed_attributes(
    content: bytes,
    seal: SealKey,
    signing_time: datetime,
    algorithm: hashes.SHA256 | hashes.SHA384,
) -> "asn1.SetOf[Attribute]":
    digest = hashlib.new(algorithm.name, content).digest()
    certificate_hash = hashlib.sha256(seal.certificate.der).digest()
    certificates = [EssCertIdV2(certificate_hash=certificate_hash, issuer_serial=None)]
    # UTCTime until 2049, in whole seconds (RFC 5652, 11.3).
    time = asn1.UTCTime(signing_time.replace(microsecond=0))
    values: list[tuple[ObjectIdentifier, bytes]] = [
        (CONTENT_TYPE, asn1.encode_der(DATA)),
        (SIGNING_TIME, asn1.encode_der(time)),
        (MESSAGE_DIGEST, asn1.encode_der(digest)),
        (SIGNING_CERTIFICATE_V2, asn1.encode_der(SigningCertificateV2(certificates=certificates))),
    ]
    return asn1.SetOf(
        [Attribute(type=kind, values=asn1.SetOf([_tlv(value)])) for kind, value in values]
    )


def _tlv(der: bytes) -> asn1.TLV:
    return asn1.decode_der(asn1.TLV, der)
