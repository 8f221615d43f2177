"""Tracks end to end: who belongs to whom, in order and out of it."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
from track_scenes import RADAR, lines

from nanoward.watch.objects.motion_models import SHIP, TrackRules
from nanoward.watch.objects.tracker import SensorModel
from nanoward.watch.objects.tracks import TrackBook, tracks_of

RULES = TrackRules(run_length=1e5)


def test_objects_in_clutter_get_one_pure_track_each() -> None:
    told, truth = lines(8, 60)
    found = tracks_of(told, SHIP, [RADAR], RULES)
    assert len(found.first) == 8
    for one in range(8):
        own = Counter(found.track[truth == one].tolist())
        track, count = own.most_common(1)[0]
        assert track >= 0
        assert count >= 0.97 * (truth == one).sum()
    assert (found.track[truth == -1] >= 0).sum() <= 3
    late = told.time > 20
    own = (found.track >= 0) & (truth >= 0) & late
    error = np.hypot(*(found.state[own, :2] - told.position[own]).T)
    assert np.median(error) < 12.0


def test_scans_that_come_late_give_the_tracks_that_they_would_have_in_order() -> None:
    told, _ = lines(4, 40, clutter=2.0)
    plain = tracks_of(told, SHIP, [RADAR], RULES)
    scans = list(told.scans())
    for at in range(3, len(scans) - 1, 5):  # every fifth scan changes places with the next
        scans[at], scans[at + 1] = scans[at + 1], scans[at]
    order = np.concatenate([np.arange(one.start, one.stop) for one in scans])
    late = tracks_of(told.taken(order), SHIP, [RADAR], replace(RULES, lag_s=5.0))
    assert late.track.tolist() == plain.track[order].tolist()
    assert np.allclose(late.state, plain.state[order], equal_nan=True)


def test_what_comes_later_than_the_lag_is_told_and_not_used() -> None:
    told, _ = lines(2, 20, clutter=0.0)
    scans = list(told.scans())
    book = TrackBook(told, SHIP, [RADAR], replace(RULES, lag_s=3.0))
    for scan in (*scans[1:], scans[0]):
        book.take(scan)
    assert book.too_late[scans[0]].all()
    assert not book.too_late[scans[5]].any()


def test_a_report_heard_by_two_receivers_is_one_object() -> None:
    told, _ = lines(1, 30, clutter=0.0)
    twice = told.taken(np.repeat(np.arange(len(told)), 2))
    sensor = SensorModel(scanning=False, clutter=1e-10, fresh=3e-7)
    assert len(tracks_of(twice, SHIP, [sensor], RULES).first) == 1


def test_a_track_ends_when_nothing_is_heard_of_it() -> None:
    told, _ = lines(2, 30, clutter=0.0)
    gap = replace(told, time=told.time + np.where(told.time >= 15, 5000.0, 0.0))
    found = tracks_of(gap, SHIP, [RADAR], RULES)
    assert len(found.first) == 4
    assert found.live.tolist() == [False, False, True, True]
    assert math.isfinite(found.evidence.max())
    none = tracks_of(told.taken(np.zeros(0, int)), SHIP, [RADAR], RULES)
    assert len(none.first) == 0
    assert none.means.shape == (0, 5, 4)
