from nanoward.simulation.files.packing import packed


def test_packing_tells_no_moment() -> None:
    assert packed(b"x" * 100)[4:8] == b"\0\0\0\0"
