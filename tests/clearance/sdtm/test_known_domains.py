"""What follows from domains is worked out once, and is what it would be each time."""

import polars as pl

from nanoward.clearance.sdtm.known_domains import Domains, KnownDomains, answered_once
from nanoward.clearance.sdtm.subject_domains import participants


def test_an_answer_is_worked_out_once_for_known_domains_and_each_time_for_others() -> None:
    asked: list[int] = []

    @answered_once
    def rows(domains: Domains) -> pl.DataFrame:
        asked.append(1)
        return domains["DM"]

    plain = {"DM": pl.DataFrame({"USUBJID": ["p"]})}
    known = KnownDomains(plain)
    assert rows(known) is rows(known)
    assert len(asked) == 1
    rows(plain)
    rows(plain)
    assert len(asked) == 3


def test_it_is_the_mapping_that_it_was_made_of() -> None:
    plain = {"DM": pl.DataFrame({"USUBJID": ["p"], "ARM": ["A"]}), "AE": pl.DataFrame()}
    known = KnownDomains(plain)
    assert (dict(known), len(known), "LB" in known) == (plain, 2, False)
    assert participants(known).equals(participants(plain))
    plain.clear()  # what it was made of may change: it does not
    assert list(known) == ["DM", "AE"]
