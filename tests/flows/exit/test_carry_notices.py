from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from nanoward.base.entries import DoubtSpoken, kind_of
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.flows.exit.carry_notices import SpoolState, carry_notice, carry_notices
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.testing.way_out import WayOut


def say(way: WayOut, wish: str, who: str = "P1", name: str = "n", **more: object) -> None:
    asked = {"notice": name, "wish": wish, "participant": who, "by": who, **more}
    give_notices(way.spool, [notice_from(asked, way.clock)], way.clock)


@pytest.mark.hazard("H-96")
def test_whoever_is_up_is_told_and_whoever_is_down_is_told_later(tmp_path: Path) -> None:
    way, state = WayOut(tmp_path), SpoolState()
    way.down = {"lane", "ledger"}
    say(way, "leave")
    (first,) = carry_notices(way.ports, state)
    assert dict(first.carried) == {"staff": "told"}
    assert set(first.owed) == {"lane", "ledger"}
    way.down = {"lane"}
    (second,) = carry_notices(way.ports, state)
    assert dict(second.carried) == {"ledger": "kept"}
    assert second.withdrawal is not None
    assert second.withdrawal.everything
    assert on_record(way.programme, "P1").standing == "withdrawn"
    way.down = set()
    (third,) = carry_notices(way.ports, state)
    assert dict(third.carried) == {"lane": "done"}
    assert carry_notices(way.ports, state) == ()
    assert len(way.staff.messages) == 1
    way.close()


@pytest.mark.hazard("H-96")
def test_an_agent_that_runs_on_stays_owed_and_one_that_nobody_has_does_not(
    tmp_path: Path,
) -> None:
    way, state = WayOut(tmp_path), SpoolState()
    way.outcome = "unanswered"
    say(way, "stop")
    (told,) = carry_notices(way.ports, state)
    assert told.owed["lane"] == "not confirmed at its default: P1 unanswered"
    way.outcome = "refused"
    (told,) = carry_notices(way.ports, state)
    assert not told.owed
    way.close()


def test_a_use_taken_back_stops_no_agent_and_less_names_its_setting(tmp_path: Path) -> None:
    way, state = WayOut(tmp_path), SpoolState()
    say(way, "leave", uses=["share data"])
    say(way, "less", name="l", setting="rate", value=1, unit="ug/h")
    carry_notices(way.ports, state)
    assert [(one["do"], one["setting"]) for one in way.asked] == [("less", "rate")]
    way.close()


@pytest.mark.hazard("H-96")
def test_a_concern_reaches_the_advocate_and_its_words_no_ledger(tmp_path: Path) -> None:
    way, state = WayOut(tmp_path), SpoolState()
    say(way, "concern", words="they hold my passport")
    carry_notices(way.ports, state)
    assert way.advocate.messages == [("today", "P1", "they hold my passport")]
    assert way.staff.messages == []
    (record,) = way.programme.records(kind=kind_of(DoubtSpoken))
    assert "passport" not in str(record.body)
    carry_notices(way.ports, SpoolState())
    assert len(list(way.programme.records())) == 1
    way.close()


@pytest.mark.hazard("H-99")
def test_a_concern_that_is_carried_again_after_a_crash_stands_once(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    say(way, "concern", words="help")
    (notice,) = SpoolState().refresh(way.spool).owed()
    for _ in range(2):  # nobody wrote down that it was carried
        carry_notice(way.ports, notice)
    assert len(list(way.programme.records(kind=kind_of(DoubtSpoken)))) == 1
    way.close()


class Ways(RuleBasedStateMachine):
    """Whatever is down and whoever dies in between: 0 lost, 0 doubled, nothing passes early."""

    @initialize()
    def opened(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.way = WayOut(Path(self.folder.name))
        self.state, self.said = SpoolState(), set[str]()
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "way"):
            self.way.close()
            self.folder.cleanup()

    @rule(who=st.sampled_from(["P1", "P2 ", "P3"]), again=st.booleans())
    def leave(self, who: str, again: bool) -> None:
        self.count += not again
        say(self.way, "leave", who, f"{who.strip()}-{self.count}")
        self.said.add(f"{who.strip()}-{self.count}")

    @rule(down=st.sets(st.sampled_from(["lane", "ledger"])))
    def break_down(self, down: set[str]) -> None:
        self.way.down = set(down)

    @rule()
    def carry(self) -> None:
        carry_notices(self.way.ports, self.state)

    @rule()
    def carry_after_a_crash(self) -> None:
        self.state = SpoolState()
        carry_notices(self.way.ports, self.state)

    @rule(seconds=st.sampled_from([-86_400, -1, 1, 86_400]))
    def clock_steps(self, seconds: int) -> None:
        self.way.clock.advance(timedelta(seconds=seconds))

    @invariant()
    def nothing_lost_nothing_doubled(self) -> None:
        if not hasattr(self, "way"):
            return
        held = [
            one.body["notice"]
            for one in self.way.programme.records(kind="clearance.ConsentWithdrawn")
        ]
        assert len(held) == len(set(held))
        kept = [one.body["notice"] for one in self.way.spool.records(kind="exit.NoticeGiven")]
        assert sorted(kept) == sorted(self.said)
        for name in self.said:
            who = name.split("-")[0]
            gone = on_record(self.way.programme, who).consent.withdrawn is not None
            if not gone:
                assert spool_reasons(self.way.spool, self.way.programme, who)


TestWays = Ways.TestCase
TestWays.settings = settings(max_examples=12, stateful_step_count=14)
