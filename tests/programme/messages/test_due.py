import time
from datetime import timedelta

from nanoward.base.entries.messages import CauseRepeated, MessageSent, MessageWritten
from nanoward.programme.messages.drafts import Draft, written_message
from nanoward.programme.messages.due import evaluate, in_order, open_cause
from nanoward.programme.messages.rules import message_rules
from nanoward.programme.messages.threads import mailbox_of
from nanoward.testing.messages import NOON, SECTION, draft_of

RULES = message_rules(SECTION, "UTC")
MINUTE = timedelta(minutes=1)


def written(name: str, **changed: str) -> MessageWritten:
    return written_message(draft_of(**changed), name, NOON)


def test_urgent_ones_go_alone_and_the_others_of_a_role_together() -> None:
    box = mailbox_of(
        [written("u1"), written("u2"), written("t1", urgency="today"),
         written("w1", urgency="week"), written("c1", urgency="today", to="council")]
    )  # fmt: skip
    told = [(one.to, one.urgency, one.messages) for one in evaluate(box, RULES, NOON).notices]
    assert told == [
        ("nurse", "now", ("u1",)),
        ("nurse", "now", ("u2",)),
        ("council", "today", ("c1",)),
        ("nurse", "today", ("t1", "w1")),
    ]


def test_what_was_told_and_settled_is_taken_back_once() -> None:
    from nanoward.base.entries.messages import MessageClosed

    sent = MessageSent(message="m", to="nurse", channel="pager", delivery="d", at=NOON)
    over = MessageClosed(message="m", by="x", reason="y", at=NOON)
    assert evaluate(mailbox_of([written("m"), sent]), RULES, NOON).cancelled == ()
    box = mailbox_of([written("m"), sent, over])
    assert evaluate(box, RULES, NOON).cancelled == (("m", "nurse", "pager"),)


def test_overdue_and_further_roles_are_named_until_they_are_written_down() -> None:
    late = evaluate(mailbox_of([written("m")]), RULES, NOON + timedelta(hours=2))
    assert late.overdue == ("m",)
    assert late.escalated == (("m", 1, "physician"), ("m", 2, "council"))


def test_a_flapping_cause_is_one_message_until_it_is_over_for_long() -> None:
    entries = [written("m", cause="fan")]
    for minute in range(0, 50, 10):
        word = "resolved" if minute % 20 else "firing"
        entries.append(CauseRepeated(message="m", word=word, at=NOON + minute * MINUTE))  # type: ignore[arg-type]
    entries.append(CauseRepeated(message="m", word="resolved", at=NOON + 50 * MINUTE))  # type: ignore[arg-type]
    box = mailbox_of(entries)
    assert open_cause(box, "fan", "nurse", RULES, NOON + 79 * MINUTE) is box.threads["m"]
    assert open_cause(box, "fan", "nurse", RULES, NOON + 80 * MINUTE) is None
    assert open_cause(box, "fan", "council", RULES, NOON) is None
    assert open_cause(box, "", "nurse", RULES, NOON) is None
    assert box.threads["m"].repeated == 3


def test_messages_are_ordered_by_their_moment() -> None:
    box = mailbox_of([written("b", urgency="week"), written("a")])
    assert [one.message for one in in_order(box.threads.values())] == ["a", "b"]


def test_ten_thousand_messages_to_two_hundred_roles_take_less_than_a_second() -> None:
    """CPU seconds; benchmarks/bench_messages.py has the figure."""
    section = {
        "roles": {
            f"role-{n}": {"zone": "Europe/Berlin", "duty": ["mon-fri 08:00-18:00"]}
            for n in range(200)
        },
        "chains": {"default": ["role-1 30", "role-2 60", "role-3 60"]},
    }
    rules = message_rules(section, "Europe/Berlin")
    urgencies = ("now", "today", "week")
    box = mailbox_of(
        written_message(
            Draft(sender="x", to=f"role-{n % 200}", kind="safety notice", body="b",
                  urgency=urgencies[n % 3]),
            f"m{n}",
            NOON - timedelta(minutes=n % 3000),
        )
        for n in range(10_000)
    )  # fmt: skip
    begin = time.process_time()
    seen = evaluate(box, rules, NOON)
    spent = time.process_time() - begin
    assert len(seen.statuses) == 10_000
    assert spent < 2.0  # twice the goal: this machine may be busy with something else


def test_people_are_told_each_for_themselves_and_a_role_of_all_at_once() -> None:
    for role, groups in (("participant", 2), ("nurse", 1)):
        about = {"to": role, "urgency": "today"}
        box = mailbox_of([written(f"m{one}", participant=one, **about) for one in ("P1", "P2")])
        notices = evaluate(box, RULES, NOON).notices
        assert len(notices) == groups
        people = ["P1", "P2"] if role == "participant" else [""]
        assert [one.participant for one in notices] == people
