"""Two readers apart, blinded, a third between them; codes are ICD-10 Q00 to Q99 or none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.programme.pregnancies.test_cases import DAY, ended, reported

from nanoward.base.entries.pregnancies import (
    AnomalyAdjudicated,
    AnomalyCoded,
    AnomalyDescribed,
    InfantSeen,
)
from nanoward.programme.pregnancies.anomalies import (
    AnomalyItem,
    BadAnomalyCodeError,
    adjudication_faults,
    anomaly_items,
    blinding_faults,
    coding_agreement,
    coding_faults,
    is_late,
    read_codes,
    telling_words,
    undescribed,
)
from nanoward.programme.pregnancies.cases import pregnancy_register


def described(item: str = "an-1", by: str = "nurse", day: date = DAY) -> AnomalyDescribed:
    return AnomalyDescribed(item=item, case="c", participant="P1", fetus=1, words="a cleft lip",
                            described=day, by=by)  # fmt: skip


def coded(by: str, *codes: str, item: str = "an-1") -> AnomalyCoded:
    return AnomalyCoded(item=item, participant="P1", codes=codes, coded=DAY, by=by)


def item_of(*codings: AnomalyCoded) -> AnomalyItem:
    return anomaly_items([described(), *codings])["an-1"]


@pytest.mark.hazard("H-249")
def test_two_who_agree_make_the_code_and_who_differ_wait_for_a_third() -> None:
    assert item_of().state == "waits"
    assert item_of(coded("ann", "Q36.9")).codes == ()
    same = item_of(coded("ann", "Q36.9"), coded("bea", "Q36.9"))
    assert (same.state, same.codes) == ("coded", ("Q36.9",))
    other = item_of(coded("ann", "Q36.9"), coded("bea", "Q35"))
    assert (other.state, other.codes) == ("differs", ())
    third = AnomalyAdjudicated(item="an-1", participant="P1", codes=("Q36.9",), reason="r",
                               decided=DAY, by="cal")  # fmt: skip
    known = anomaly_items([described(), coded("ann", "Q36.9"), coded("bea", "Q35"), third])
    assert (known["an-1"].state, known["an-1"].codes) == ("coded", ("Q36.9",))
    again = item_of(coded("ann", "Q36.9"), coded("ann", "Q35"))
    assert again.codings == {"ann": ("Q36.9",)}  # nobody is both readers


@pytest.mark.hazard("H-249")
def test_who_could_know_the_exposure_reads_nothing() -> None:
    item = item_of()
    assert blinding_faults(item, "ann", informed=(), writers=("nurse",)) == ()
    assert "described it" in blinding_faults(item, "nurse", informed=(), writers=("nurse",))[0]
    assert "writes in c" in blinding_faults(item, "doc", informed=(), writers=("doc",))[0]
    assert "which arm" in blinding_faults(item, "ann", informed=("P1",), writers=())[0]


@pytest.mark.hazard("H-249")
def test_one_reads_once_two_read_and_a_third_decides_only_between_them() -> None:
    assert "has coded" in coding_faults(item_of(coded("ann", "Q35")), "ann")[0]
    both = item_of(coded("ann", "Q35"), coded("bea", "Q36"))
    assert "2 readers" in coding_faults(both, "cal")[0]
    assert adjudication_faults(both, "cal") == ()
    assert "one of its two readers" in adjudication_faults(both, "bea")[0]
    assert "1 of 2" in adjudication_faults(item_of(coded("ann", "Q35")), "cal")[0]
    same = item_of(coded("ann", "Q35"), coded("bea", "Q35"))
    assert "agree" in adjudication_faults(same, "cal")[0]


def test_codes_are_of_one_chapter_in_order_and_once() -> None:
    assert read_codes(["q90.9", "Q21.0", "Q21.0"]) == ("Q21.0", "Q90.9")
    assert read_codes(["None"]) == ("none",)
    for wrong in ([], ["Q2"], ["P35.0"], ["Q21.000"], ["Q21", "none"], ["cleft"]):
        with pytest.raises(BadAnomalyCodeError):
            read_codes(wrong)


def test_words_that_tell_whose_or_what_are_found() -> None:
    secrets = ("P001", "High dose", "LOT-A", "", "phage")
    assert telling_words("a cleft lip of 3 mm", secrets) == ()
    assert telling_words("child of p001, high-dose arm", secrets) == ("P001", "High dose")
    assert telling_words("after lot A", secrets) == ("LOT-A",)
    assert telling_words("phagedaena", secrets) == ()


def test_what_nobody_described_and_what_waits_too_long_is_told() -> None:
    entries = [reported(), replace(ended(), anomaly="confirmed", infant="i-1")]
    register = pregnancy_register(entries)
    assert undescribed(register.cases.values(), {}) == (("c", 1),)
    assert undescribed(register.cases.values(), anomaly_items([described()])) == ()
    later = InfantSeen(case="c", participant="i-2", day=DAY, months=6, state="well",
                       anomaly="suspected", by="n")  # fmt: skip
    seen = pregnancy_register([reported(), replace(ended(), infant="i-2"), later])
    assert undescribed(seen.cases.values(), {}) == (("c", 1),)
    assert not is_late(item_of(), DAY + timedelta(14))
    assert is_late(item_of(), DAY + timedelta(15))
    same = item_of(coded("ann", "Q35"), coded("bea", "Q35"))
    assert not is_late(same, DAY + timedelta(99))


def test_agreement_is_over_what_two_have_read() -> None:
    items = anomaly_items(
        entry
        for number, (first, second) in enumerate(
            [(("Q21.0",), ("Q21.1",)), (("none",), ("none",)), (("Q35",), ("none",)),
             (("Q90.9", "Q21.0"), ("Q21.0", "Q90.9"))]
        )
        for entry in (described(f"an-{number}"), coded("ann", *first, item=f"an-{number}"),
                      coded("bea", *sorted(second), item=f"an-{number}"))
    )  # fmt: skip
    items["an-9"] = item_of(coded("ann", "Q35"))
    found = coding_agreement(items.values())
    assert (found.items, found.same_codes) == (4, 1)
    assert found.anomaly is not None
    assert found.category is not None
    assert (found.anomaly.share, found.category.share) == (0.75, 0.75)
    assert found.anomaly.kappa == pytest.approx(0.5)
