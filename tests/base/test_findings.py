from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.findings import Finding, in_order

FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["FMT-001", "CAT-002"]),
    severity=st.sampled_from(["error", "warning", "note"]),
    message=st.text(max_size=3),
    next_step=st.just("Fix"),
    file=st.sampled_from(["", "a.csv", "b.csv"]),
    line=st.none() | st.integers(1, 5),
)


def test_a_finding_reads_as_one_line() -> None:
    finding = Finding(
        code="FMT-001", severity="error", message="no date", next_step="Write one.",
        file="data/samples.csv", line=3, column="taken",
    )  # fmt: skip
    assert str(finding) == "data/samples.csv:3 [taken] error FMT-001: no date. Write one."


@given(st.lists(FINDINGS))
def test_order_does_not_depend_on_arrival_and_errors_come_first(found: list[Finding]) -> None:
    ordered = in_order(found)
    assert ordered == in_order(reversed(found))
    assert set(ordered) == set(found)
    ranks = [["error", "warning", "note"].index(one.severity) for one in ordered]
    assert ranks == sorted(ranks)
