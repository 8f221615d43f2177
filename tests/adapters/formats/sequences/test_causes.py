from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.sequences.causes import Causes


def test_rows_of_one_cause_are_one_finding_with_the_first_rows_words() -> None:
    causes, remarks = Causes(), Remarks("v.vcf")
    for line, value in ((4, "x"), (9, "y"), (7, "z")):
        causes.add(
            problems.BAD_VALUE, "number", f"{value!r} is no number", line, column="AF",
            subject="s" if line < 9 else "t",
        )  # fmt: skip
    causes.add(problems.BAD_VALUE, "range", "2 is above 1", 5, column="AF", subject="s")
    causes.tell(remarks)
    told = [(one.message, one.line, one.subject) for one in remarks.findings()]
    assert told == [
        ("'x' is no number (and 2 more, up to line 9)", 4, ""),
        ("2 is above 1", 5, "s"),
    ]
