import json
from dataclasses import replace
from datetime import timedelta

import pytest

from nanoward.programme.messages.drafts import written_message
from nanoward.programme.relays.elsewhere import (
    ActDone,
    WithdrawalWord,
    act_of,
    acts_in_between,
    between_findings,
    carried_act,
    carried_record,
)
from nanoward.testing.messages import NOON, draft_of

HOUR = timedelta(hours=1)
WORD = WithdrawalWord(site="ship", participant="P1", said=NOON, learnt=NOON + 90 * HOUR)


def act(hours: float, site: str = "centre", participant: str = "P1") -> ActDone:
    return ActDone(site=site, participant=participant, what="dose", at=NOON + hours * HOUR)


@pytest.mark.hazard("H-291")
def test_acts_elsewhere_after_the_word_was_said_are_told_each_one() -> None:
    acts = [act(-1), act(3), act(80), act(4, site="ship"), act(4, participant="P2")]
    later = WithdrawalWord(site="north", participant="P1", said=NOON + 5 * HOUR, learnt=NOON)
    found = list(acts_in_between([later, WORD], acts))
    assert [one.at for _, one in found] == [NOON + 3 * HOUR, NOON + 80 * HOUR]
    told = between_findings(found)
    assert [(one.code, one.severity, one.subject) for one in told] == [
        ("MSG-006", "error", "P1")
    ] * 2
    assert "after the withdrawal at ship" in told[0].message


def test_records_that_tell_of_acts_and_those_that_are_always_open() -> None:
    body = {"participant": " P1 ", "act": "dose"}
    assert act_of("a", "clearance.ActPermitted", body, NOON) == ActDone(
        site="a", participant="P1", what="permitted dose", at=NOON
    )
    assert act_of("a", "clearance.ActPermitted", {**body, "act": "flush"}, NOON) is None
    assert act_of("a", "clearance.ActRefused", body, NOON) is None
    assert act_of("a", "control.OrderIntended", {"participant": ""}, NOON) is None


def test_a_record_that_another_site_tells_of() -> None:
    told = {"kind": "control.OrderAcknowledged", "body": {"participant": "P1", "order": "o1"},
            "at": NOON.isoformat()}  # fmt: skip
    entry = written_message(draft_of(kind="record", body=json.dumps(told)), "m", NOON)
    sent = replace(entry, sender="ledger", origin="ship")
    assert carried_act(sent) == ActDone(
        site="ship", participant="P1", what="order carried out o1", at=NOON
    )
    assert carried_record(entry) is None  # a person wrote it
    assert carried_record(replace(sent, body="{}")) is None
    assert carried_act(replace(sent, body="no")) is None
