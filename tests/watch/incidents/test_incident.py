"""An incident is what its entries left it."""

from datetime import UTC, datetime

from nanoward.base.entries import (
    Entry,
    IncidentAcknowledged,
    IncidentHandedOver,
    IncidentOpened,
    IncidentStoodDown,
    IncidentTaskEnded,
    IncidentTaskSet,
    SituationReported,
)
from nanoward.watch.incidents.incident import incidents_of

T0 = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPENED = IncidentOpened(
    incident="I-1", cause="c", title="t", urgency="now", opened_by="A", deadline=T0
)
ENTRIES: list[Entry] = [
    OPENED,
    OPENED,  # the same again changes nothing
    IncidentTaskSet(incident="I-1", task="I-1-1", room="clearance", action="hold", text="x"),
    IncidentTaskSet(incident="I-1", task="I-1-1", room="clearance", action="hold", text="x"),
    IncidentAcknowledged(incident="I-1", by="A", note="mine"),
    IncidentHandedOver(incident="I-1", given_by="A", taken_by="B", note="night"),
    IncidentTaskEnded(incident="I-1", task="I-1-1", done=False, by="B", note="nobody there"),
    SituationReported(incident="I-1", side="p", by="C", grade="believed", text="quiet"),
    IncidentAcknowledged(incident="I-9", by="A", note="of nothing"),
]


def test_a_life_by_hand() -> None:
    rows = [(T0, "watch", one) for one in ENTRIES]
    (one,) = incidents_of(rows).values()
    assert (one.state, one.holder) == ("acknowledged", "B")
    assert [(task.state, task.note) for task in one.tasks] == [("declined", "B: nobody there")]
    assert "p, C (believed): quiet" in one.timeline[-1].what
    done = IncidentStoodDown(incident="I-1", by="B", reason="over")
    (one,) = incidents_of([*rows, (T0, "B", done)]).values()
    assert one.state == "stood down"
    assert one.timeline[-1].what == "stood down by B: over"
