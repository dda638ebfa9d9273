"""The seal of the home: asked for, installed, imported; its key never leaves the keyring."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import ConfigurationError, RefusedError
from exchange.transactions import Evidenced, Store
from keys.durable_files import replace_file
from keys.errors import MismatchedKeyError
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.seal import (
    Certificate,
    SealKey,
    certificate_request,
    generate_key,
    import_pkcs12,
    install,
    load_certificate,
    self_signed,
)

_PENDING: Final = "pending"
_INSTALLED: Final = "installed"
ORDER_A_SEAL: Final = (
    "spie-exchange seal request --organisation NOM --common-name CACHET --out DEMANDE.csr ; "
    "faites signer cette demande par votre autorité ; spie-exchange seal install CERTIFICAT.pem"
)
"""How the next seal is come by, step by step."""


@dataclass(frozen=True, slots=True)
class SealKeeper:
    """Keeps the seal: its key in the keyring, its certificate beside it, in clear."""

    store: Store[Evidenced]
    keyring: Keyring
    certificate_path: Path
    clock: Clock

    def current(self) -> SealKey:
        """Give the seal. Raises ``ConfigurationError`` when none is installed."""
        key_id = self.keyring.latest(KeyPurpose.SEAL, _INSTALLED)
        if key_id is None or not self.certificate_path.exists():
            raise ConfigurationError(
                "aucun cachet n'est installé",
                ORDER_A_SEAL,
            )
        certificate = load_certificate(self.certificate_path.read_bytes())
        if not certificate.is_valid_at(self.clock.now()):
            raise ConfigurationError(
                f"le cachet n'est valable que du {certificate.not_before:%d/%m/%Y} au "
                f"{certificate.not_after:%d/%m/%Y}",
                ORDER_A_SEAL,
            )
        try:
            return SealKey.load(self.keyring.material(key_id), certificate.der)
        except MismatchedKeyError:
            raise ConfigurationError(
                f"{self.certificate_path} n'est pas le certificat de la clé du cachet",
                "restaurez-le avec keyring.json, de la même sauvegarde, ou refaites ce qui a été "
                "interrompu : spie-exchange seal install, ou seal import",
            ) from None

    def request(self, organisation: str, common_name: str, country: str) -> bytes:
        """Draw the seal's key and give the certificate request, in PEM."""
        private_der = generate_key()
        self.keyring.add(KeyPurpose.SEAL, _PENDING, self.clock.now(), private_der)
        request = certificate_request(
            private_der, organisation=organisation, common_name=common_name, country=country
        )
        digest = hashlib.sha256(request).hexdigest()
        with self.store.begin() as work:
            work.evidence.record(
                EventKind.SEAL_REQUESTED, Outcome.DONE, subject="seal", request_digest=digest
            )
        return request

    def install(self, chain_pem: bytes) -> Certificate:
        """Install the certificate that answers the last request.

        To be called, as ``import_pkcs12``, while every agreement is claimed: for a moment the
        newest key is not yet the one of the certificate.
        """
        key_id = self.keyring.latest(KeyPurpose.SEAL, _PENDING)
        if key_id is None:
            raise RefusedError(
                "aucune demande de certificat n'a été faite ici",
                "commencez par : spie-exchange seal request",
            )
        try:
            seal = install(self.keyring.material(key_id), chain_pem, self.clock.now())
        except MismatchedKeyError:
            raise RefusedError(
                "ce certificat n'est pas celui de la clé du cachet",
                "installez celui qui répond à la dernière demande, ou faites une nouvelle demande",
            ) from None
        return self._keep(seal, EventKind.SEAL_INSTALLED)

    def import_pkcs12(self, data: bytes, password: str) -> Certificate:
        """Import a seal that exists already."""
        return self._keep(import_pkcs12(data, password, self.clock.now()), EventKind.SEAL_IMPORTED)

    def make_trial_seal(self, name: str) -> Certificate:
        """Make a trial's own seal, self-signed, valid from 2020 to 2040."""
        return self._keep(self_signed(name), EventKind.SEAL_INSTALLED)

    def _keep(self, seal: SealKey, kind: EventKind) -> Certificate:
        digest = seal.certificate.fingerprint
        # Before the act: a seal in use without its evidence is what must not be.
        with self.store.begin() as work:
            work.evidence.record(kind, Outcome.BEGUN, subject="seal", certificate_digest=digest)
        private_der = seal.private_key_der()
        self.keyring.add(KeyPurpose.SEAL, _INSTALLED, self.clock.now(), private_der)
        replace_file(self.certificate_path, seal.certificate.pem)
        with self.store.begin() as work:
            work.evidence.record(kind, Outcome.DONE, subject="seal", certificate_digest=digest)
        return seal.certificate
