from nanoward.faces.cli.exit import notice_lines

TOLD = {"receipt": {"seq": 7, "leaf": "ab" * 32}, "owed": {"lane": "is down"}, "near": ["P001"]}


def test_a_notice_is_told_with_its_receipt_what_is_owed_and_near_names() -> None:
    assert notice_lines(TOLD, "p001") == [
        "kept as record 7, receipt abababababababab",
        "owed to the lane: is down",
        "nobody is known as 'p001'; near: P001",
    ]
