"""Evidence for tracks: its promise under clutter, and what it is bought with."""

import numpy as np
import pytest
from track_scenes import RADAR, lines

from nanoward.watch.objects.motion_models import SHIP, TrackRules
from nanoward.watch.objects.tracker import Tracker
from nanoward.watch.objects.tracks import tracks_of


@pytest.mark.hazard("H-328")
def test_clutter_alone_makes_fewer_false_tracks_than_promised() -> None:
    told, _ = lines(0, 1500, clutter=4.0)
    found = tracks_of(told, SHIP, [RADAR], TrackRules(run_length=300.0))
    assert len(found.first) <= 1500 / 300


def test_evidence_under_clutter_has_a_mean_of_one_or_less() -> None:
    rng, totals = np.random.default_rng(8), []
    for _ in range(400):
        tracker = Tracker(SHIP, [RADAR], TrackRules())
        noise = np.array([[100.0, 0.0, 100.0, np.nan, np.nan]])
        for step in range(3):
            count = rng.poisson(4.0) if step else 1
            far, angle = 3000 * np.sqrt(rng.random(count)), rng.uniform(0, 2 * np.pi, count)
            if step:
                z = np.stack([far * np.sin(angle), far * np.cos(angle)], 1)
            else:
                z = np.zeros((1, 2))
            z = np.column_stack([z, np.full((count, 2), np.nan)])
            tracker.step(float(step), 0, z, np.repeat(noise, count, 0))
        first = tracker.names[tracker.alive] == 0
        totals.append(float(np.exp(tracker.log_e[tracker.alive[first]]).sum()))
    assert np.mean(totals) < 1.3


def test_room_grows_and_what_was_kept_comes_back() -> None:
    tracker = Tracker(SHIP, [RADAR], TrackRules())
    rng = np.random.default_rng(2)
    noise = np.tile([100.0, 0.0, 100.0, np.nan, np.nan], (60, 1))
    scans = [
        np.column_stack([rng.uniform(-3e3, 3e3, (60, 2)), np.full((60, 2), np.nan)])
        for _ in range(3)
    ]
    tracker.step(0.0, 0, scans[0], noise)
    kept = tracker.kept()
    first = tracker.step(1.0, 0, scans[1], noise).copy()
    names = tracker.names[first].copy()
    tracker.step(2.0, 0, scans[2], noise)
    assert tracker.room > 64
    tracker.back_to(kept)
    again = tracker.step(1.0, 0, scans[1], noise)
    assert tracker.names[again].tolist() == names.tolist()
