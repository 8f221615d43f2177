from nanoward.adapters.formats import FileFormats


def test_a_file_of_reads_is_one_row_with_its_path() -> None:
    formats = FileFormats()
    path = "data/reads/s1_1.fastq.gz"
    assert formats.role_of(path) == "reads"
    assert formats.read("reads", path, b"x").table.to_dicts() == [{"path": path}]
    empty = formats.read("reads", path, b"")
    assert empty.table.height == 0
    assert [one.code for one in empty.findings] == ["FMT-001"]
