from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import MOST, Problem, Remarks


def test_no_two_problems_share_a_code() -> None:
    codes = [value.code for value in vars(problems).values() if isinstance(value, Problem)]
    assert len(codes) > 40
    assert len(set(codes)) == len(codes)


def test_findings_beyond_the_limit_are_counted_and_the_last_line_is_named() -> None:
    remarks = Remarks("a.csv")
    for line in range(1, MOST + 6):
        remarks.add(problems.BAD_VALUE, f"value {line}", line=line, column="x")
    remarks.add(problems.BAD_VALUE, "another column", line=3, column="y")
    told = remarks.findings()
    assert len(told) == MOST + 2
    rest = [finding for finding in told if finding.line is None]
    assert [finding.message for finding in rest] == [
        f"5 more like this, the last one on line {MOST + 5}"
    ]
    assert rest[0].severity == "error"


def test_lines_told_together_name_the_first_and_the_last() -> None:
    remarks = Remarks("a.csv")
    remarks.add_together(problems.RNA, "of sequences have U for T", [])
    remarks.add_together(problems.RNA, "of sequences have U for T", [9, 2, 5])
    (finding,) = remarks.findings()
    assert finding.line == 2
    assert finding.message == "3 rows of sequences have U for T (lines 2 to 9)"


def test_one_line_alone_is_told_without_a_span() -> None:
    remarks = Remarks("a.csv")
    remarks.add_together(problems.RNA, "of sequences have U for T", [9])
    (finding,) = remarks.findings()
    assert finding.message == "1 row of sequences have U for T"
