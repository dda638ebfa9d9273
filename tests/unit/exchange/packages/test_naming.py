"""Names that say which transfer, and nothing of anybody."""

from exchange.packages.naming import members_in_order, package_name, package_stem


def test_a_package_is_named_after_its_transfer() -> None:
    name = package_name(package_stem("spie-62", "enquete-1", "dgefp", 2), trial=False)

    assert name == "spie-62_enquete-1_dgefp_r2.asice"


def test_a_trial_package_shows_it_before_the_extension() -> None:
    name = package_name(package_stem("spie-62", "enquete-1", "dgefp", 1), trial=True)

    assert name == "spie-62_enquete-1_dgefp_r1.ESSAI.asice"


def test_the_type_comes_first_and_the_signature_last() -> None:
    names = members_in_order("x.csv.age")

    assert (names[0], names[-1]) == ("mimetype", "META-INF/signature.p7s")
