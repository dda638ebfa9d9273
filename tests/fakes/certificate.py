"""A destruction certificate of nothing, for those who read or alter its text."""

from typing import Final

from schemas.certificate import DestructionCertificate

CERTIFICATE: Final = DestructionCertificate(
    certificate_id="P-1",
    trial=True,
    issuer="CN=Département d'essai",
    agreement="spie-62",
    agreement_digest="a" * 64,
    rule="30 jours après la dernière échéance d'envoi",
    instruction="I-2022-2",
    archives="ces données sont des doubles",
    begun_at="2023-09-30T08:00:00.000Z",
    ended_at="2023-09-30T08:00:01.000Z",
    people=1,
    held_rows=0,
    packages=2,
    keys=("records",),
    scope=("toutes les données",),
    method=("la clé a été retirée",),
    exceptions=("les sauvegardes",),
    leaf_index=1,
    event="{}",
    proof="c2sp.org/tlog-proof@v1",
    log_key="journal+0123+CCCC",
)
