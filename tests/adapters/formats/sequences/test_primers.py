from nanoward.adapters.formats.sequences.primers import read_primers


def test_strands_come_from_the_sixth_column_or_from_the_name() -> None:
    bed = (
        b"track x\n"
        b"c\t0\t20\tn1\t60\t-\n"
        b"c\t30\t50\tscheme_1_LEFT_alt1\n"
        b"c\t90\t99\tscheme_1_RIGHT\n"
        b"c\t5\t9\tnameless\n"
        b"c\tx\t9\tn\n"
    )
    told = read_primers("p.bed", bed)
    assert told.table.drop("name").rows() == [
        ("c", 1, 20, "-", 2),
        ("c", 31, 50, "+", 3),
        ("c", 91, 99, "-", 4),
    ]
    assert [(one.code, one.line) for one in told.findings] == [("FMT-027", 5), ("FMT-027", 6)]
    assert [one.code for one in read_primers("p.bed", b"# none\n").findings] == ["FMT-002"]
