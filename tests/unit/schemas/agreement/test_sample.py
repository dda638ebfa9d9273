"""The sample that ships: refused as it is, whole once filled, and honest about the law."""

import re
from datetime import date

import pytest

from schemas.agreement import (
    AgreementError,
    log_end,
    packages_end,
    read_agreement,
    recipient_fingerprint,
    records_end,
    sample_text,
    warnings_of,
)
from tests.fakes.agreements import PublicKeys, filled_sample
from tests.unit.schemas.agreement.plain_agreement import (
    CLASSICAL_KEY,
    OTHER_POST_QUANTUM_KEY,
    POST_QUANTUM_KEY,
)

_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nRVhFTVBMRQ==\n-----END CERTIFICATE-----\n"
_FILLED = filled_sample(
    {
        "dgefp": PublicKeys(POST_QUANTUM_KEY, _CERTIFICATE),
        "prestataire-enquete": PublicKeys(CLASSICAL_KEY, _CERTIFICATE),
        "dares": PublicKeys(OTHER_POST_QUANTUM_KEY, _CERTIFICATE),
    },
    _CERTIFICATE,
)


def test_the_sample_as_it_ships_is_refused_for_its_keys_alone() -> None:
    with pytest.raises(AgreementError) as refusal:
        read_agreement(sample_text().encode())

    keys = {
        "encryption_key",
        "fingerprint",
        "fingerprint_checked_by",
        "fingerprint_checked_on",
        "receipt_certificate",
    }
    assert {problem.path for problem in refusal.value.problems} == {"approver_certificate"} | {
        f"recipients[{index}].{key}" for index in range(3) for key in keys
    }


def test_the_filled_sample_is_whole() -> None:
    agreement = read_agreement(_FILLED.encode())

    assert agreement.id == "spie-62"
    assert agreement.recipient("dgefp").reference_instruction == "instruction-2"
    assert agreement.recipient("prestataire-enquete").classical_reason is not None
    assert agreement.recipient("dgefp").fingerprint == recipient_fingerprint(POST_QUANTUM_KEY)


def test_the_sample_has_the_dates_of_the_amendment() -> None:
    agreement = read_agreement(_FILLED.encode())

    dates = {deadline.id: (deadline.cut_off, deadline.due) for deadline in agreement.deadlines}
    first = (date(2022, 12, 30), date(2023, 1, 31))
    second = (date(2023, 6, 30), date(2023, 7, 30))
    assert dates == {
        "indicateurs-1": first,
        "enquete-1": first,
        "indicateurs-2": second,
        "enquete-2": second,
        "analyse": second,
        "bilan": (date(2023, 6, 30), date(2023, 7, 31)),
    }
    assert (agreement.actions.start, agreement.actions.end) == (
        date(2021, 1, 1),
        date(2023, 6, 30),
    )


def test_the_sample_warns_of_its_sundays_and_of_its_example_texts() -> None:
    remarks = warnings_of(read_agreement(_FILLED.encode()))

    assert [remark.path for remark in remarks] == [
        "instructions[0].text",
        "instructions[1].text",
        "instructions[2].text",
        "instructions[3].text",
        "retention.archives.reference",
        "deadlines[2].due",
        "deadlines[3].due",
        "deadlines[4].due",
    ]


def test_the_sample_keeps_the_log_longest() -> None:
    agreement = read_agreement(_FILLED.encode())

    assert records_end(agreement) <= agreement.processing_ends
    assert packages_end(agreement) <= agreement.processing_ends
    assert log_end(agreement) > agreement.processing_ends


_UNKNOWN_BY_LAW = re.compile(
    r"(?:role|processing_ends|refusal_threshold_percent|send_from|send_by|if_undeclared"
    r"|days|at_latest|status|reference|(?:reference|view)_instruction|content|import_mode) = "
    r"|from = \"[lp]"
)


def test_every_value_of_which_the_law_is_unknown_is_marked_as_an_example() -> None:
    surveys = re.findall(
        r'\[\[deadlines\]\]\nid = "(?:enquete-\d|analyse)"\n(?:.+\n)+', sample_text()
    )
    dated = [line for survey in surveys for line in re.findall(r"(?:cut_off|due) = .*", survey)]

    unknown = [line for line in sample_text().splitlines() if _UNKNOWN_BY_LAW.match(line)]

    assert (len(dated), len(unknown)) == (6, 5 + 3 + 6 * 3 + 3 + 3 * 3 - 1 + 2 + 1 + 1)
    assert [line for line in dated + unknown if "EXEMPLE — à remplacer" not in line] == []


def test_the_sample_holds_no_key_material() -> None:
    assert "BEGIN" not in sample_text()
    assert not re.search(r'"age1[a-z0-9]{8}|AGE-SECRET-KEY', sample_text())
