from exchange.diagnosis.findings import mend, watch
from jobs.orphans import seen_again


def test_what_only_one_look_found_was_under_way() -> None:
    published = watch("dossier d'envoi", "1 fichiers ne sont pas au registre", "retirez-les")
    withdrawn = mend("paquets", "le paquet de a_1 manque", "restaurez-le", "a_1")
    lost = mend("paquets", "le paquet de a_2 manque", "restaurez-le", "a_2")

    again = seen_again([published, lost], [withdrawn, lost])

    assert again == [lost]


def test_what_both_looks_found_is_told_as_the_second_saw_it() -> None:
    three = watch("dossier d'envoi", "3 fichiers ne sont pas au registre", "retirez-les")
    two = watch("dossier d'envoi", "2 fichiers ne sont pas au registre", "retirez-les")

    again = seen_again([three], [two])

    assert again == [two]
