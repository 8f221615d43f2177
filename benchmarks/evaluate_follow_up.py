"""How late births are heard of, whether every case closes or alarms, how soon a pause shuts.

    python benchmarks/evaluate_follow_up.py [PREGNANCIES] [FIRST_SEED]

Rival: calls at 28, 36, 40 and 42 weeks of an ordinary term, as a clinic's calendar has them.
Of each term one pregnancy in five goes on far longer (planted; counted where it is surely a
week beyond what was learnt), and one child in three misses its contacts at one and six months.
"""

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ReadingTaken
from nanoward.base.entries.council import CouncilPaused
from nanoward.base.entries.pregnancies import InfantSeen, PregnancyEnded
from nanoward.flows.orders.send_order import send_order
from nanoward.programme.pregnancies.cases import Conception, PregnancyCase
from nanoward.programme.pregnancies.follow_up import (
    LearntTerm,
    infant_rows,
    is_beyond_term,
    is_closed,
    next_contacts,
)
from nanoward.programme.pregnancies.term_model import BIRTH
from nanoward.simulation.worlds.pregnancy_worlds import PregnancyWorld, simulated_pregnancies
from nanoward.testing.desks import NOW, asked_of, bay_of

DAY = date(2026, 1, 5)
TERMS = {"38.0 +- 1.4": (266.0, 9.8), "30.0 +- 2": (210.0, 14.0), "46.0 +- 3": (322.0, 21.0)}
CALLS = tuple(7 * week - 14 for week in (28, 36, 40, 42))  # days from conception


def _case(one, begin):
    known = PregnancyCase(
        case="c", participant="P1", relation="participant", prospective=True, reported=DAY
    )
    known.conception = Conception(
        earliest=begin, latest=begin + timedelta(one.record.width - 1), evidence="tests",
        assumes_growth=False,
    )  # fmt: skip
    return known


def _heard(known, born, term):
    """The first day on which somebody asks after the birth; the alarm, if one came before."""
    alarm = False
    while (due := next_contacts(known, term)[0].due) < born:
        known.last_asked = known.last_pregnant = due
        alarm = alarm or is_beyond_term(known, term, due)
    return due, alarm


def _child(known, born, chance):
    known.ends[1] = PregnancyEnded(
        case="c", participant="P1", fetus=1, outcome="live birth", first=born, last=born,
        anomaly="none", infant="i-1", by="n",
    )  # fmt: skip
    misses = chance.random() < 1 / 3
    for months in (0, 1, 6, 12, 24):
        if misses and months in (1, 6):
            continue
        known.infants.append(
            InfantSeen(case="c", participant="i-1",
                       day=born + timedelta(round(months * 30.4375) + 8), months=months,
                       state="well", anomaly="none", by="n")
        )  # fmt: skip


def follow(name, term_days, pregnancies, seed):
    mean, sd = term_days
    chance = np.random.default_rng(seed)
    world = PregnancyWorld(seed=seed, pregnancies=pregnancies, mean_d=mean, sd_d=sd)
    ones = [one for one in simulated_pregnancies(world) if one.cause == BIRTH]
    for told, term in (
        ("learnt", LearntTerm(earliest_d=mean - 1.96 * sd, latest_d=mean + 2.58 * sd)),
        ("not learnt", LearntTerm()),
    ):
        late, fixed, closed, alarmed, planted = [], [], 0, 0, 0
        for one in ones:
            begin = DAY - timedelta(one.record.entry)
            long = chance.random() < 0.2
            days = one.conceived + int(one.ends)
            if long:
                days += int(4 * sd) + (60 if told == "not learnt" else 0)
            born = begin + timedelta(days)
            known = _case(one, begin)
            due, alarm = _heard(known, born, term)
            late.append((due - born).days)
            call = next((x for x in CALLS if x >= days), None)
            fixed.append(call - days if call is not None else days - CALLS[-1] + 28)
            beyond = is_beyond_term(known, term, due) or alarm
            surely = (born - known.conception.latest).days > term.alarm_d + 7
            planted += surely
            alarmed += surely and beyond
            _child(known, born, chance)
            row = infant_rows(known, born + timedelta(800))[0]
            closed += is_closed(known, term) and row["state"] == "complete"
        ninety_five, rival = np.quantile(late, 0.95), np.quantile(fixed, 0.95)
        print(
            f"{name} weeks, {told}: {len(ones)} births; late 95 % {ninety_five:.0f} d,"
            f" most {max(late)} d (fixed calls {rival:.0f} d);"
            f" closed at 24 months {closed}/{len(ones)};"
            f" surely beyond and alarmed {alarmed}/{planted}", flush=True,
        )  # fmt: skip


def pause(records):
    """Seconds from a member's word to the refusal of a set, on a ledger of some size."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = SqliteLedger(Path(folder) / "ledger.db")
        bay = bay_of(ledger=ledger)
        entries = [
            ReadingTaken(participant="P2", quantity="pulse", value=70.0, unit="/min", at=NOW)
        ] * 1000
        for _ in range(records // 1000):
            ledger.append(entries, actor="n", at=NOW)
        bay.book.refresh(bay.desk)
        begun = time.perf_counter()
        paused = CouncilPaused(pause="z", role="member", reason="r", at=NOW, meets_by=NOW,
                               by="ben", signature="s")  # fmt: skip
        ledger.append([paused], actor="ben", at=NOW)
        told = send_order(bay.desk, bay.book, asked_of(), actor="nurse")
        spent = time.perf_counter() - begun
        assert told.outcome == "refused", told
        print(f"pause to refusal, ledger of {ledger.head().size} records: {spent * 1e3:.0f} ms")
        ledger.close()


def main(pregnancies, seed):
    for name, days in TERMS.items():
        follow(name, days, pregnancies, seed)
    for records in (1_000, 100_000):
        pause(records)


if __name__ == "__main__":
    said = [int(one) for one in sys.argv[1:]] + [2_000, 4_000][len(sys.argv) - 1 :]
    main(*said)
