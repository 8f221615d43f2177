from datetime import timedelta

from nanoward.base.tables import MESSAGES, RELAY_SITES
from nanoward.flows.messages.check_messages import check_messages
from nanoward.flows.messages.write_message import write_message
from nanoward.testing.messages import NOON, draft_of, introduce, message_bay


def test_a_round_without_messages_has_no_table_of_them() -> None:
    bay = message_bay()
    plan = bay.desk.ports.folder.plan()
    assert check_messages(bay.desk.ports, plan, NOON.date()).tables == {}


def test_a_round_has_open_messages_and_sites_in_the_shapes_of_the_tables() -> None:
    bay = message_bay()
    introduce(bay, message_bay(site="ship"))
    write_message(bay.desk, draft_of(site="ship", participant="P1"))
    write_message(bay.desk, draft_of(to="council", urgency="week"))
    bay.clock.advance(timedelta(hours=2))
    outcome = check_messages(bay.desk.ports, bay.desk.ports.folder.plan(), NOON.date())
    for shape in (MESSAGES, RELAY_SITES):
        assert outcome.tables[shape.name].columns == [one.name for one in shape.columns]
    messages = outcome.tables["messages"]
    assert messages["overdue"].to_list() == [True, False]
    assert messages["act_by"].to_list()[0] == "2026-03-02 13:00"
    (site,) = outcome.tables["relay_sites"].to_dicts()
    assert (site["unreceipted"], site["last_seen"]) == (1, None)
    assert site["safety_days"] == 0.1
    assert outcome.facts == {"messages escalated": 1, "messages written": 1}
    assert {one.code for one in outcome.findings} >= {"MSG-001", "MSG-004"}
