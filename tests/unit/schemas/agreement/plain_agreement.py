"""A short agreement in which every line is written once, so that a test can change one."""

from schemas.agreement import AgreementError, read_agreement, recipient_fingerprint

CLASSICAL_KEY = "age1" + "q" * 58
POST_QUANTUM_KEY = "age1pq1" + "q" * 1952
OTHER_POST_QUANTUM_KEY = "age1pq1" + "p" * 1952

PLAIN = f'''
format = 2
id = "spie-99"
version = 1
title = "Convention d'essai"
role = "processor"
processing_ends = 2023-12-31
refusal_threshold_percent = 10
territory_postcodes = ["62", "59"]
local_key = "ID_LOCAL"
import_mode = "complement"

[actions]
start = 2021-01-01
end = 2023-06-30

[information_notice]
version = "v1"
date = 2022-11-30

[[parties]]
id = "departement"
name = "Département d'essai"
role = "processor" # parties[0]
country = "FR" # parties[0]
contact = "spie@departement.example"
dpo_name = "Dominique Exemple"
dpo_contact = "dpo@departement.example"

[[parties]]
id = "ministere"
name = "Ministère d'essai"
role = "controller"
country = "FR" # parties[1]
contact = "spie@ministere.example"
dpo_name = "Claude Exemple"
dpo_contact = "dpo@ministere.example"

[[parties]]
id = "prestataire"
name = "Prestataire d'essai"
role = "recipient"
country = "FR" # parties[2]
contact = "spie@prestataire.example"
dpo_name = "Maxime Exemple"
dpo_contact = "dpo@prestataire.example"

[[instructions]]
id = "envoyer"
author = "Ministère d'essai"
date = 2022-12-01
text = """
Envoyer les huit données
aux deux destinataires."""

[[instructions]]
id = "detruire"
author = "La cheffe du bureau"
date = 2022-12-02
text = "Détruire au terme de la conservation."

[[deadlines]]
id = "enquete"
label = "Enquête"
kind = "survey"
cut_off = 2022-12-30
send_from = 2023-01-16
send_by = 2023-01-27
due = 2023-01-31
if_undeclared = "hold"
instruction = "envoyer" # deadlines[0]
content = "all"
recipients = ["ministere", "prestataire"]

[[deadlines]]
id = "bilan"
label = "Bilan"
kind = "report"
cut_off = 2023-03-31
send_from = 2023-04-03
send_by = 2023-04-27
due = 2023-04-28
if_undeclared = "send"
instruction = "envoyer" # deadlines[1]

[[recipients]]
id = "ministere" # recipients[0]
name = "Ministère d'essai, bureau des enquêtes"
country = "FR" # recipients[0]
contact = "enquete@ministere.example"
view = "nominative" # recipients[0]
encryption_key = "{POST_QUANTUM_KEY}"
fingerprint = "{recipient_fingerprint(POST_QUANTUM_KEY)}"
fingerprint_checked_by = "Camille Exemple"
fingerprint_checked_on = 2022-12-05
receipt_certificate = """
-----BEGIN CERTIFICATE-----
TUlOSVNURVJF
-----END CERTIFICATE-----
"""

[[recipients]]
id = "prestataire" # recipients[1]
name = "Prestataire d'essai, équipe d'enquête"
country = "FR" # recipients[1]
contact = "enquete@prestataire.example"
view = "nominative" # recipients[1]
classical_reason = "age 1.1.1 seulement"
encryption_key = "{CLASSICAL_KEY}"
fingerprint = "{recipient_fingerprint(CLASSICAL_KEY)}"
fingerprint_checked_by = "Dany Exemple"
fingerprint_checked_on = 2022-12-06
receipt_certificate = """
-----BEGIN CERTIFICATE-----
UFJFU1RBVEFJUkU=
-----END CERTIFICATE-----
"""

[retention]
instruction = "detruire"

[retention.records]
days = 30
from = "last_due"
at_latest = 2023-09-30

[retention.packages]
days = 60
from = "processing_ends"
at_latest = 2024-02-15

[retention.log]
days = 365
from = "recorded"
at_latest = 2025-03-31

[retention.archives]
status = "duplicate"

[columns]
prenom = "PRENOM"
nom = "NOM_USAGE"
date_naissance = "DATE_NAISS"
adresse = "ADRESSE_COMPLETE"
code_postal = "CP"
courriel = "MAIL"
telephone = "TEL"
date_entree = "DT_ENTREE_SPIE"
'''


def changed(*changes: tuple[str, str], text: str = PLAIN) -> str:
    """Make changes, each of a text that stands there once."""
    for before, after in changes:
        assert text.count(before) == 1, (before, text.count(before))
        text = text.replace(before, after)
    return text


def problems_of(text: str) -> list[tuple[str, str]]:
    """Read a text that must be refused, and list key paths with their sentences."""
    try:
        read_agreement(text.encode())
    except AgreementError as error:
        return [(problem.path, problem.sentence) for problem in error.problems]
    raise AssertionError("the agreement was accepted")


def the_problem_of(*changes: tuple[str, str]) -> tuple[str, str]:
    """Make changes that must be refused for one reason, and give its path and sentence."""
    [problem] = problems_of(changed(*changes))
    return problem
