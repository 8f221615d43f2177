"""The same changes of records through `tuning dose` and `tuning certify`.

A dose as high as the sound person's, or a certificate that certifies as much, without a word
about the person, is as silent as a setting that is kept.
"""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import changes
from test_settings import COPIES, QUESTION, recommended, rows_of, setting_of

from nanoward.flows.tuning.find_dose import find_dose
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.flows.tuning.recommend_settings import SigningDates, certify_settings
from nanoward.ports.signer import NoteSigner
from nanoward.tuning.regimens.single_dose import SingleDoseTarget
from nanoward.wiring import open_bench

PEOPLE = {
    "sound": rows_of("sound", 0),
    **{
        name: change(rows_of(name, number))
        for number, (name, change) in enumerate(changes.RECORDS.items(), start=1)
    },
}


class _Signer:
    """Signs with its own bytes: what is signed is looked at, not the signature."""

    def sign(self, content: bytes) -> bytes:
        return content[:1]


@pytest.mark.hazard("H-221")
def test_no_change_of_records_keeps_or_raises_a_dose_in_silence() -> None:
    wanted = SingleDoseTarget(measure="auc", value=400.0, interval=24.0, basis="steady")
    file = EventFile(path="e", content=changes.table(PEOPLE))
    found = find_dose(open_bench(quiet=True, workers=1), file, QUESTION, wanted, 7)
    told = {one.subject for one in found.findings
            if one.severity != "note" and one.code != COPIES}  # fmt: skip
    given = {row["participant"]: row["give"] for row in found.rows}
    sound = given["sound"]
    assert sound is not None
    silent = [
        f"{name}: {dose:g}"
        for name, dose in given.items()
        if name != "sound" and dose is not None and dose >= sound and name not in told
    ]
    assert not silent


@pytest.mark.hazard("H-221")
def test_no_change_of_records_is_certified_in_silence() -> None:
    found = recommended(changes.table(PEOPLE))
    told = {one.subject for one in found.findings
            if one.severity != "note" and one.code != COPIES}  # fmt: skip
    sound = setting_of(found, "sound")
    assert sound is not None
    days = SigningDates(
        issued=date(2026, 1, 2), ended=date(2026, 1, 1), latest=date(2026, 1, 20)
    )
    signer: NoteSigner = _Signer()  # type: ignore[assignment]
    certified = {
        one.history.name: [
            each.setting
            for signed in certify_settings(replace(found, people=(one,)), signer, days, 30)
            for each in signed.certificate.allowed
        ]
        for one in found.people  # one by one: somebody's late sample makes others' data old
    }
    assert certified["sound"]
    most = max(certified["sound"])
    silent = [
        name
        for name, settings in certified.items()
        if name != "sound" and settings and max(settings) >= most and name not in told
    ]
    assert not silent
