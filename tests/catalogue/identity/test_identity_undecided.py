from nanoward.catalogue.identity.identity_undecided import undecided_identities

ROW = {"sample": "s", "placed": 6, "spread": 0.04, "alike_low": None, "alike_high": None}


def test_an_open_verdict_is_a_question_with_its_numbers() -> None:
    near = ROW | {"verdict": "cannot tell", "alike_low": 0.9852, "alike_high": 0.9931}
    few, part = ROW | {"verdict": "cannot tell"}, ROW | {"verdict": "part", "sample": "p"}
    told = undecided_identities([near, few, part])
    assert [one.subject for one in told] == ["s", "s", "p"]
    assert "98.52% to 99.31%" in told[0].reason
    assert told[1].reason.startswith("6 reads")
    assert "4%" in told[2].reason


def test_a_verdict_that_is_one_asks_nothing() -> None:
    rows = [ROW | {"verdict": one} for one in ("ours", "relative", "mixture", "absent", None)]
    assert undecided_identities(rows) == ()
