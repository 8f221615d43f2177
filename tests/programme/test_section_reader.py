from typing import Any

import pytest

from nanoward.base.errors import InputError
from nanoward.programme.section_reader import read_programme


def test_all_of_the_section_is_read_in_the_programmes_zone() -> None:
    rules, charter, messages, reference = read_programme(
        {"sites": {"ward": {}}, "urgent": {"reference": "IB 3"}}, "Europe/Berlin"
    )
    assert rules.visits.sites["ward"].zone == messages.zone == "Europe/Berlin"
    assert charter.meeting_hours == 72
    assert reference.version == "IB 3"


@pytest.mark.parametrize(
    "section",
    [
        {"relays": {}},
        {"curency": "EUR"},
        {"council": {"quorom": 1}},
        {"council": []},
        {"messages": {"sites": "x"}},
        {"messages": 1},
        {"messages": {"site": ["x"]}},
        {"urgent": {"expect": {}}},
        {"urgent": "x"},
        {"urgent": {"sender": 1}},
    ],
)
def test_what_one_reader_refuses_is_refused(section: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_programme(section)
