"""The after-action page."""

from datetime import UTC, datetime, timedelta

from nanoward.base.entries import IncidentAcknowledged, IncidentOpened
from nanoward.faces.report.incident_page import incident_page
from nanoward.watch.incidents.incident import incidents_of

T0 = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_page_says_what_happened_and_escapes_what_others_wrote() -> None:
    opened = IncidentOpened(
        incident="I-1", cause="<b>", title="<script>x</script>", urgency="now",
        opened_by="A", deadline=T0, exercise=True,
    )  # fmt: skip
    taken = IncidentAcknowledged(incident="I-1", by="B", note="mine")
    rows = [(T0, "watch", opened), (T0 + timedelta(minutes=7), "B", taken)]
    page = incident_page(incidents_of(rows)["I-1"])
    assert "<script>" not in page
    assert "EXERCISE" in page
    assert "0:07:00" in page
    assert "B acknowledged: mine" in page
    assert "http" not in page
