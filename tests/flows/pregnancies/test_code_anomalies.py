"""Descriptions tell nothing; readers are shown words alone; the ledger keeps who read what."""

from typing import Any

import polars as pl
import pytest
from tests.flows.pregnancies.test_keep_pregnancies import NOON, TODAY, bay, opened

from nanoward.base.entries import RoundHeld
from nanoward.base.entries.council import ArmRevealed
from nanoward.flows.pregnancies.code_anomalies import (
    CodingRefusedError,
    UnknownAnomalyError,
    agreement_now,
    code_anomaly,
    decide_anomaly,
    describe_anomaly,
    items_now,
    waiting_items,
)
from nanoward.flows.pregnancies.keep_pregnancies import OutcomeNews, record_outcome
from nanoward.flows.steps.parquet import parquet_of
from nanoward.programme.pregnancies.anomalies import BlindingError
from nanoward.programme.pregnancies.cases import ImpossiblePregnancyError

WORDS = "cleft of the left upper lip, palate whole"


def described(made: Any, words: str = WORDS) -> str:
    case = opened(made)
    news = OutcomeNews(outcome="live birth", first=TODAY, anomaly="confirmed")
    record_outcome(made.desk, case, news, by="nurse")
    return describe_anomaly(made.desk.ports, case, 1, words, by="nurse",
                            chance=made.desk.chance)  # fmt: skip


@pytest.mark.hazard("H-249")
def test_readers_see_words_under_a_name_and_nothing_of_each_other() -> None:
    made = bay()
    ports, item = made.desk.ports, described(made)
    (shown,) = waiting_items(ports, "ann")
    assert (shown.words, shown.task, shown.codings) == (WORDS, "code", ())
    assert "P1" not in repr(shown)
    assert "p-" not in repr(shown)
    assert code_anomaly(ports, item, ["Q36.9"], by="ann").state == "waits"
    assert waiting_items(ports, "ann") == ()
    assert waiting_items(ports, "bea")[0].codings == ()  # not what ann said
    assert code_anomaly(ports, item, ["Q35"], by="bea").state == "differs"
    (third,) = waiting_items(ports, "cal")
    assert (third.task, third.codings) == ("decide", (("Q35",), ("Q36.9",)))
    assert "ann" not in repr(third)
    with pytest.raises(CodingRefusedError, match="one of its two readers"):
        decide_anomaly(ports, item, ["Q36.9"], "r", by="bea")
    with pytest.raises(CodingRefusedError, match="without a reason"):
        decide_anomaly(ports, item, ["Q36.9"], " ", by="cal")
    known = decide_anomaly(ports, item, ["Q36.9"], "the palate is whole", by="cal")
    assert known.codes == ("Q36.9",)
    assert agreement_now(ports).items == 1
    with pytest.raises(CodingRefusedError, match="2 readers"):
        code_anomaly(ports, item, ["Q36"], by="dan")


@pytest.mark.hazard("H-249")
def test_who_could_know_the_exposure_is_shown_nothing_and_refused() -> None:
    made = bay()
    ports, item = made.desk.ports, described(made)
    assert waiting_items(ports, "nurse") == ()
    with pytest.raises(BlindingError, match="described it"):
        code_anomaly(ports, item, ["Q36.9"], by="nurse")
    known = ArmRevealed(participant="P1", who="ann", how="emergency", reason="r", pack="",
                        at=NOON)  # fmt: skip
    ports.ledger.append([known], actor="ann", at=NOON)
    assert waiting_items(ports, "ann") == ()
    with pytest.raises(BlindingError, match="which arm"):
        code_anomaly(ports, item, ["Q36.9"], by="ann")
    assert items_now(ports)[item].codings == {}


def test_a_description_that_names_somebody_or_nothing_is_refused() -> None:
    with pytest.raises(BlindingError, match="the words tell P1"):
        described(bay(), "child of P1 with a cleft lip")
    made = bay()
    with pytest.raises(ImpossiblePregnancyError, match="in words"):
        described(made, "  ")
    with pytest.raises(UnknownAnomalyError):
        code_anomaly(made.desk.ports, "an-none", ["Q36"], by="ann")


def test_an_arm_of_the_last_round_is_a_word_that_tells() -> None:
    made = bay()
    ports = made.desk.ports
    table = parquet_of(pl.DataFrame({"participant": ["P1"], "arm": ["High dose"]}))
    ports.folder.write_round("2026-01-01", {"tables/standings.parquet": table})
    held = RoundHeld(round="2026-01-01", as_of=TODAY, report_sha256="r", tables=())
    ports.ledger.append([held], actor="round", at=NOON)
    with pytest.raises(BlindingError, match="the words tell High dose"):
        described(made, "seen after the high dose")
