import httpx2

from nanoward.client.event_stream import events
from nanoward.client.transport import Transport

TEXT = (
    "retry: 500\n\n: ping\n\nid: 7\nevent: changed\n"
    'data: {"seq":7,"room":"clearance","participants":["P001"]}\n\n'
    "event: reset\ndata: {}\n\n"
)


def test_events_are_read_and_a_cut_stream_says_where_it_was() -> None:
    def answers(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["Last-Event-ID"] == "6"
        return httpx2.Response(200, text=TEXT)

    transport = Transport("https://w.example", "s", transport=httpx2.MockTransport(answers))
    first, second = events(transport, 6)
    assert (first.event, first.seq, first.participants) == ("changed", 7, ["P001"])
    assert (second.event, second.seq) == ("reset", None)
