"""What is seen becomes an alarm: what is not seen, or is the agent's own, does not."""

from datetime import date

from nanoward.flows.watch.raise_sightings import junction_alarms, known_alarms
from nanoward.watch.sequences.junctions import Junction
from nanoward.watch.sequences.known_others import KnownOther

DAY = date(2026, 11, 30)


def other(state: str) -> KnownOther:
    return KnownOther(name="x", state=state, reads=5, kmers=9, met=4, coverage=0.1, limit=0.01,
                      told="seen in 5 distinct reads")  # fmt: skip


def junction(kind: str) -> Junction:
    return Junction(kind=kind, contig="vec", strand="+", position=10, reads=2, sequence="ACGT",
                    share=0.1)  # fmt: skip


def test_only_what_is_seen_alarms() -> None:
    (one,) = known_alarms([other("seen"), other("not seen"), other("cannot tell")], "P1", DAY)
    assert (one.alarm, one.subject) == (f"known/x in P1/{DAY}", "x in P1")


def test_rearrangements_of_the_agent_alarm_nobody() -> None:
    (one,) = junction_alarms([junction("chimera"), junction("rearrangement")], "P1", DAY)
    assert one.alarm == f"junction/vec+10 in P1/{DAY}"
    assert one.subject == "vec in P1"  # all junctions of an agent in a person are one cause
