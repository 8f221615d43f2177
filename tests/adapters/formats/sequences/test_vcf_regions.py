from nanoward.adapters.formats.sequences.vcf_regions import (
    SampleRegions,
    UnreadRegion,
    is_block,
    region_rows,
)


def test_a_file_of_all_positions_says_what_was_read_and_a_list_of_variants_does_not() -> None:
    dense, sparse = SampleRegions(), SampleRegions()
    for at in range(1, 150):
        dense.read("c", at, at, 9)
        sparse.read("c", 1000 * at, 1000 * at, 9)
    dense.unread("c", UnreadRegion(160, 161, "AC", 9))
    rows = list(region_rows({"s": dense}, set(), ["c", "d"], 3, blocks=False))
    assert [(row[1], row[2], row[4], row[7]) for row in rows] == [
        ("c", 1, "N", None),
        ("d", 1, "N", None),
        ("c", 1, ".", 149),
        ("c", 160, "N", 161),
    ]
    assert [row[:5] for row in region_rows({"s": sparse}, set(), ["c"], 3, blocks=False)] == [
        ("s", "", 0, "", ".")
    ]


def test_blocks_are_known_by_their_end_or_their_symbol() -> None:
    assert is_block((), {"END": "9"})
    assert is_block(("<*>",), {})
    assert not is_block(("A", "<NON_REF>"), {"END": "9"})
    assert not is_block((), {})
