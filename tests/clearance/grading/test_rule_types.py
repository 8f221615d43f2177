from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step, above, below


def test_a_step_tells_itself_in_words() -> None:
    assert above(3, of="uln")[0].told("") == "> 3 x upper limit"
    assert below(100)[0].told("g/L") == "< 100 g/L"
    step = Step(grade=2, comparison=">", factor=1, of="uln", plus=20)
    assert step.told("g/L") == "> upper limit + 20 g/L"
    late = above(1.5, of="base", baseline="abnormal", reaching=True)[0]
    assert late.told("") == ">= 1.5 x baseline (baseline abnormal)"


def test_limits_make_one_step_each_with_rising_grades() -> None:
    steps = above(1.5, 3, 5, of="base", reaching=True, first=2)
    assert [(one.grade, one.comparison, one.factor) for one in steps] == [
        (2, ">=", 1.5),
        (3, ">", 3),
        (4, ">", 5),
    ]
    assert [one.grade for one in below(3, 2, first=2)] == [2, 3]


def test_a_table_finds_its_rules_by_test() -> None:
    low, high = (
        Rule(
            term=term,
            direction=direction,
            tests=("K",),
            scales=(Scale(unit="", steps=above(1, of="uln")),),
            citation="by hand",
        )
        for term, direction in (("low K", "low"), ("high K", "high"))
    )
    table = RuleTable(name="T", version="1", citation="by hand", rules=(low, high))
    assert table.by_test == {"K": (low, high)}
