"""Each deceit lies about as many items as its size says; 60 audited items find a large one."""

import pytest

from nanoward.audit.claims.contradiction import contradictions
from nanoward.audit.evidence.partner_audit import audited_record, draw_items
from nanoward.audit.evidence.verdicts import judge
from nanoward.simulation.worlds.deceit import TYPES, PartnerYear
from nanoward.simulation.worlds.deceit_kinds import KINDS, deceitful_year, honest_year


def verdict(year: PartnerYear, name: str) -> str:
    told, kind = year.claims[name], TYPES[name]
    drawn = draw_items("ab" * 32, told, kind, 60)
    items = {one for some in drawn.values() for one in some}
    ours = {one: year.measured[name][one] for one in items}
    record = audited_record(told, drawn, ours, kind)
    known = [told.first[one.item] for one in year.second if one.item in told.first]
    both = [*known, *year.second]
    found = judge(
        {name: record}, TYPES, planned=60, alpha=0.01,
        contradictory=[name] if contradictions(both) else [],
    )  # fmt: skip
    return next(one.verdict for one in found if one.type == name)


@pytest.mark.parametrize("deceit", KINDS)
def test_a_large_deceit_is_found_by_sixty_items(deceit: str) -> None:
    name = KINDS[deceit][0]
    year = deceitful_year(deceit, "large", 5, alone=True)
    expected = "contradiction" if deceit == "two-versions" else "pattern"
    assert verdict(year, name) == expected
    assert len(year.lied[name]) >= 40


def test_honest_years_are_not_accused() -> None:
    for seed in range(3):
        year = honest_year(seed)
        for name in TYPES:
            assert verdict(year, name) not in ("pattern", "contradiction"), (seed, name)


def test_there_are_seventeen_kinds_of_three_sizes() -> None:
    assert len(KINDS) == 17
    for name, sizes, _ in KINDS.values():
        assert name in TYPES
        assert list(sizes) == sorted(sizes)
    small = deceitful_year("shaved-events", "small", 1, alone=True)
    assert len(small.lied["events"]) == 15
