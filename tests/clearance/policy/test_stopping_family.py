from nanoward.clearance.policy.stopping_family import (
    FAMILIES,
    FamilyNumbers,
    nothing_lacks,
)


def test_every_family_has_a_name_a_meaning_and_a_source() -> None:
    known = FAMILIES.all()
    assert set(known) == {"beta-binomial", "maxsprt", "obf", "pocock", "sprt", "wang-tsiatis"}
    assert all(one.meaning and one.citation for one in known.values())
    needy = {name for name, one in known.items() if one.lacks(FamilyNumbers(risk=0.1, most=9))}
    assert needy == {"beta-binomial", "sprt"}
    assert nothing_lacks(FamilyNumbers(risk=0.1, most=9)) == ""
