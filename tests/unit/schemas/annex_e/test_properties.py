"""What holds for any text a stranger may send."""

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.annex_e import COLUMNS, SourceRow, judge
from schemas.annex_e.text import normal_form
from tests.unit.schemas.annex_e.sound_row import CONTEXT, SOUND, verdict_of

_CELLS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789 .-+()/@ABab=é\xa0\u2011\x00", max_size=40),
    st.sampled_from(tuple(SOUND.values())),
)
_ROWS = st.lists(_CELLS, min_size=8, max_size=8).map(tuple)


@given(cells=st.one_of(_ROWS, st.lists(_CELLS, max_size=10).map(tuple)))
def test_judging_any_text_gives_a_verdict_without_any_value(cells: tuple[str, ...]) -> None:
    verdict = judge([SourceRow(3, cells)], CONTEXT)[0]

    assert verdict.is_refused == any(
        finding.code.level == "ligne refusée" for finding in verdict.findings
    )
    assert all(finding.column in ("", *COLUMNS) for finding in verdict.findings)
    assert all(finding.line == 3 for finding in verdict.findings)


@given(column=st.sampled_from(COLUMNS), cell=_CELLS)
@example(column="courriel", cell="zoe@İ.fr")
@example(column="telephone", cell="0692123456")
@example(column="date_entree", cell="01/02/2022")
def test_judging_a_record_again_gives_the_same_record(column: str, cell: str) -> None:
    record = verdict_of(**{column: cell}).record
    if record is None:
        return

    again = judge([SourceRow(1, record.cells())], CONTEXT)[0]

    assert again.record == record


@given(raw=st.text())
@example(raw="\u1680\u0301 a\u2000\u0308")
def test_normal_form_is_stable(raw: str) -> None:
    once = normal_form(raw)

    assert normal_form(once) == once
