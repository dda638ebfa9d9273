"""The destruction certificate as people read it, in French."""

from schemas.certificate import DestructionCertificate


def certificate_text(certificate: DestructionCertificate) -> str:
    """Write the certificate for people, in French."""
    heading = "CERTIFICAT DE DESTRUCTION" + (" — ESSAI, SANS VALEUR" if certificate.trial else "")
    facts = (
        ("Délivré par", certificate.issuer),
        ("Convention", f"{certificate.agreement} (SHA-256 {certificate.agreement_digest})"),
        ("Sur instruction", certificate.instruction),
        ("Règle de conservation", certificate.rule),
        ("Archives publiques", certificate.archives),
        ("Commencé le (UTC)", certificate.begun_at),
        ("Fini le (UTC)", certificate.ended_at),
        ("Personnes détruites", str(certificate.people)),
        ("Lignes retenues détruites", str(certificate.held_rows)),
        ("Paquets retirés", str(certificate.packages)),
        ("Clés détruites", ", ".join(certificate.keys) or "aucune"),
        ("Feuille du journal", str(certificate.leaf_index)),
    )
    lines = [heading, "=" * len(heading), ""]
    lines += [f"{name} : {value}" for name, value in facts]
    for title, entries in (
        ("Ce qui a été détruit", certificate.scope),
        ("Comment", certificate.method),
        ("Ce que le service n'atteint pas", certificate.exceptions),
    ):
        lines += ["", title, *(f"  - {entry}" for entry in entries)]
    lines += [
        "",
        "Vérifier ce certificat, hors ligne :",
        f"  spie-exchange certificate verify destruction_{certificate.agreement}_"
        f"{certificate.certificate_id}.p7m --sender-cert CACHET.pem",
        "",
    ]
    return "\n".join(lines)
