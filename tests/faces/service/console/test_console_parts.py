from tests.faces.service.service_world import Doors

from nanoward.faces.service.console.console_parts import make_console


def test_a_form_carries_whose_it_is_and_no_other_mark_counts(reading: Doors) -> None:
    console = make_console(reading.service)
    mark = console.owner_mark("nurse", "book")
    assert console.owner_of(mark) == ("nurse", "book")
    assert console.owner_of(mark.replace("\n", "\r\n")) == ("nurse", "book")
    assert console.owner_of(mark.replace("nurse", "other")) is None
    assert console.owner_of("") is None
    console.drafts.close()
