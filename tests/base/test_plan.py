from nanoward.base.plan import Plan


def test_a_room_without_a_section_has_an_empty_one() -> None:
    plan = Plan(name="w", title="w", sha256="", sections={"bonds": {"alpha": 0.1}})
    assert plan.section("bonds") == {"alpha": 0.1}
    assert plan.section("tuning") == {}
