"""The registry's report: small cells are for the closed part, refusals are one number."""

from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.pregnancies.ask_consent import ask_consent, refuse_consent
from nanoward.flows.pregnancies.keep_pregnancies import PregnancyNews, open_pregnancy
from nanoward.flows.pregnancies.report_pregnancies import counted_words, report_pregnancies


def test_open_and_closed() -> None:
    made = bay()
    open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="n")
    refuse_consent(made.desk.ports, ask_consent(made.desk, "partner", by="m"), by="m")
    open_part = report_pregnancies(made.desk.ports, TODAY)
    assert (open_part.counts[0]["count"], open_part.cases, open_part.refused) == (
        "under 5",
        (),
        1,
    )
    closed = report_pregnancies(made.desk.ports, TODAY, closed=True)
    assert (closed.counts[0]["count"], len(closed.cases)) == ("1", 1)
    assert "1 asked and said no" in counted_words(open_part)
