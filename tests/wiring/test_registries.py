from importlib.metadata import EntryPoint

import pytest

from nanoward.wiring import registries
from nanoward.wiring.registries import KINDS, offered


def test_each_name_is_told_once_with_its_meaning_and_who_declares_it() -> None:
    told = list(offered(others=False))
    names = [(one.kind, one.name) for one in told]
    assert len(set(names)) == len(names)
    assert {one.kind for one in told} == {one.name for one in KINDS}
    assert all(one.meaning and one.declared_by.startswith("nanoward.") for one in told)


def test_other_packages_are_told_too_but_not_in_place_of_our_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def points(group: str) -> list[EntryPoint]:
        return [EntryPoint(name, "theirs:open", group) for name in ("pigeon", "smtp")]

    monkeypatch.setattr(registries, "entry_points", points)
    found = {one.name: one.declared_by for one in offered("notifier")}
    assert found["pigeon"] == "theirs:open"
    assert found["smtp"] == "nanoward.adapters.notifiers.smtp"
