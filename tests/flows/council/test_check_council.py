"""A programme without council matters hears nothing of them."""

from types import SimpleNamespace

import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.council import check_council as check_council_module
from nanoward.flows.council.check_council import check_council
from nanoward.flows.steps.step_outcome import Outcome


def test_nothing_where_there_is_nothing() -> None:
    assert check_council(bay().desk.ports, TODAY) == Outcome()


def test_actions_that_their_query_closes_in_this_round_are_open_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions = [SimpleNamespace(action=name) for name in "abc"]
    matters = SimpleNamespace(packs={}, pauses={}, actions=dict.fromkeys("abc"),
                              open_pauses=list, open_actions=lambda: actions)  # fmt: skip
    monkeypatch.setattr(check_council_module, "matters_now", lambda _: matters)
    monkeypatch.setattr(check_council_module, "closing_entries", lambda *_: actions[:1])
    monkeypatch.setattr(check_council_module, "_findings", lambda *_: ())
    facts = check_council(bay().desk.ports, TODAY).facts
    assert facts == {"council pauses": 0, "council actions": 2}
