"""Objects: tracks beside Stone Soup, ships with their MMSI hidden, arrivals, conjunctions.

python benchmarks/evaluate_objects.py tracks FILE     # our tracker; writes detections to FILE
python benchmarks/evaluate_objects.py stonesoup FILE  # in an environment that has stonesoup
python benchmarks/evaluate_objects.py ships PARQUET
python benchmarks/evaluate_objects.py arrivals PARQUET
python benchmarks/evaluate_objects.py false HOURS
python benchmarks/evaluate_objects.py conjunctions FOLDER CARA_PC.csv
python benchmarks/evaluate_objects.py drills [NUMBER]
"""

import json
import math
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

SEEDS = (11, 12, 13)
SCANS, OBJECTS, CLUTTER, REACH = 60, 10, 20.0, 5000.0
BEARING, RANGE, SEEN = math.radians(0.5), 15.0, 0.9
CUT, CONFIRMED_FROM = 100.0, 10  # GOSPA: m, order 2, alpha 2; scans left out at the start


def gospa(truth: np.ndarray, found: np.ndarray) -> float:
    """GOSPA of order 2, cut at CUT m, alpha 2 (Rahmathullah et al. 2017)."""
    from scipy.optimize import linear_sum_assignment

    if not len(truth) or not len(found):
        return math.sqrt(CUT**2 / 2 * (len(truth) + len(found)))
    cost = np.minimum(np.hypot(*(truth[:, None] - found[None]).transpose(2, 0, 1)), CUT) ** 2
    rows, columns = linear_sum_assignment(cost)
    paired = cost[rows, columns]
    near = paired < CUT**2
    lost = len(truth) + len(found) - 2 * near.sum()
    return math.sqrt(paired[near].sum() + CUT**2 / 2 * lost)


def scene(seed: int) -> dict[str, Any]:
    """Ten objects that come for a radar at 1 Hz, turning slowly, in clutter."""
    rng = np.random.default_rng(seed)
    paths = np.zeros((OBJECTS, SCANS, 2))
    for one in range(OBJECTS):
        angle, far = rng.uniform(0, 2 * math.pi), rng.uniform(2000, 4500)
        at = far * np.array([math.sin(angle), math.cos(angle)])
        course, speed, rate = angle + math.pi + rng.normal() * 0.3, rng.uniform(10, 30), 0.0
        for step in range(SCANS):
            if rng.random() < 0.03:
                rate = rng.choice([-0.05, 0.0, 0.05])
            course += rate
            at = at + speed * np.array([math.sin(course), math.cos(course)])
            paths[one, step] = at
    scans = []
    for step in range(SCANS):
        own = paths[rng.random(OBJECTS) < SEEN, step]
        angle = rng.uniform(0, 2 * math.pi, rng.poisson(CLUTTER))
        far = REACH * np.sqrt(rng.random(len(angle)))
        where = np.concatenate([own, np.stack([far * np.sin(angle), far * np.cos(angle)], 1)])
        bearing = np.arctan2(where[:, 0], where[:, 1])
        bearing = bearing + BEARING * rng.standard_normal(len(where))
        distance = np.hypot(*where.T) + RANGE * rng.standard_normal(len(where))
        scans.append([bearing.tolist(), np.abs(distance).tolist()])
    return {"paths": paths.tolist(), "scans": scans}


def tracks(file: Path) -> None:
    from nanoward.watch.objects.detections import Detections, from_bearing_range
    from nanoward.watch.objects.motion_models import DRONE, TrackRules
    from nanoward.watch.objects.tracker import SensorModel
    from nanoward.watch.objects.tracks import TrackBook

    scenes = [scene(seed) for seed in SEEDS]
    file.write_text(json.dumps(scenes))
    seer = SensorModel(probability=SEEN, clutter=CLUTTER / (math.pi * REACH**2), starts=CLUTTER,
                       reach=REACH * 1.2)  # fmt: skip
    for number, one in enumerate([scenes[0], *scenes]):  # the first time compiles
        bearing = np.concatenate([scan[0] for scan in one["scans"]])
        distance = np.concatenate([scan[1] for scan in one["scans"]])
        count = len(bearing)
        place, spread = from_bearing_range(
            bearing, distance, np.full(count, BEARING), np.full(count, RANGE)
        )
        when = np.repeat(np.arange(SCANS, dtype=float), [len(s[0]) for s in one["scans"]])
        told = Detections(
            time=when, position=place, velocity=np.full((count, 2), np.nan),
            noise=np.column_stack([spread, np.full((count, 2), np.nan)]),
            stream=np.zeros(count, np.int64), row=np.arange(count),
        )  # fmt: skip
        begin = time.process_time()
        book = TrackBook(told, DRONE, [seer], TrackRules(run_length=1e5, coast_s=10))
        shown = []
        for scan in told.scans():
            book.take(scan)
            tracker = book.tracker
            sure = tracker.alive[~np.isnan(tracker.confirmed[tracker.alive])]
            gone = (float(told.time[scan.start]) - tracker.last[sure])[:, None]
            shown.append(tracker.mean[sure, :2] + gone * tracker.mean[sure, 2:])
        took = time.process_time() - begin
        if number:
            report("nanoward", one, shown, count, took)


def report(
    name: str, one: dict[str, Any], shown: list[np.ndarray], count: int, took: float
) -> None:
    truth = np.array(one["paths"])
    values = [gospa(truth[:, at], shown[at]) for at in range(CONFIRMED_FROM, SCANS)]
    tracks_ = np.mean([len(each) for each in shown[CONFIRMED_FROM:]])
    print(f"{name}: GOSPA {np.mean(values):.1f} m, {tracks_:.2f} tracks a scan, {count} "
          f"detections, {took:.2f} CPU s, {count / took:,.0f}/s", flush=True)  # fmt: skip


def stonesoup(file: Path) -> None:
    """Gated global nearest neighbour over an extended Kalman filter, as its guide builds it."""
    from datetime import datetime, timedelta

    from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
    from stonesoup.deleter.error import CovarianceBasedDeleter
    from stonesoup.gater.distance import DistanceGater
    from stonesoup.hypothesiser.distance import DistanceHypothesiser
    from stonesoup.initiator.simple import MultiMeasurementInitiator
    from stonesoup.measures import Mahalanobis
    from stonesoup.models.measurement.nonlinear import CartesianToBearingRange
    from stonesoup.models.transition.linear import (
        CombinedLinearGaussianTransitionModel,
        ConstantVelocity,
    )
    from stonesoup.predictor.kalman import ExtendedKalmanPredictor
    from stonesoup.types.array import StateVector
    from stonesoup.types.detection import Detection
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import ExtendedKalmanUpdater

    start = datetime(2026, 1, 1)  # noqa: DTZ001
    for one in json.loads(file.read_text()):
        motion = CombinedLinearGaussianTransitionModel([ConstantVelocity(1.0)] * 2)
        model = CartesianToBearingRange(4, (0, 2), np.diag([BEARING**2, RANGE**2]))
        predictor, updater = ExtendedKalmanPredictor(motion), ExtendedKalmanUpdater(model)
        inner = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=4)
        associator = GNNWith2DAssignment(DistanceGater(inner, Mahalanobis(), 5.0))
        deleter = CovarianceBasedDeleter(covar_trace_thresh=2e4)
        prior = GaussianState([[0], [0], [0], [0]], np.diag([0, 400.0, 0, 400.0]))
        initiator = MultiMeasurementInitiator(
            prior, deleter, associator, updater, measurement_model=model, min_points=6
        )
        begin = time.process_time()
        alive, shown, count = set(), [], 0
        for step, (bearing, distance) in enumerate(one["scans"]):
            moment = start + timedelta(seconds=step)
            seen = {
                Detection(StateVector([math.pi / 2 - b, r]), moment, measurement_model=model)
                for b, r in zip(bearing, distance, strict=True)
            }
            count += len(seen)
            used = set()
            for track, hypothesis in associator.associate(alive, seen, moment).items():
                if hypothesis:
                    track.append(updater.update(hypothesis))
                    used.add(hypothesis.measurement)
                else:
                    track.append(hypothesis.prediction)
            alive -= deleter.delete_tracks(alive)
            alive |= initiator.initiate(seen - used, moment)
            shown.append(np.array([[t.state_vector[0], t.state_vector[2]] for t in alive],
                                  float).reshape(-1, 2))  # fmt: skip
        report("stonesoup", one, shown, count, time.process_time() - begin)


def ship_detections(file: Path) -> tuple[Any, np.ndarray, Any]:
    import polars as pl

    from nanoward.watch.objects.placing import placed
    from nanoward.watch.objects.zones import watched_area

    rows = pl.read_parquet(file).sort("Time")
    told = rows.select(
        time=pl.col("Time").dt.epoch("us") / 1e6,
        latitude="Latitude_degrees", longitude="Longitude_degrees",
        speed=pl.col("SOG_knots") * 1852 / 3600, course="COG_degrees",
        object=pl.col("MMSI").cast(pl.String), line=pl.int_range(pl.len()),
    )  # fmt: skip
    area = watched_area({"zone": [{"name": "z", "centre": [50.79, -1.11], "radius_m": 500}]})
    where = placed(told, area, None)
    return where, where.rows["object"].to_numpy(), area


def ships(file: Path) -> None:
    """Purity, and completeness: the share of a vessel's reports that is in its main track."""
    from nanoward.watch.objects.tracks import tracks_of

    where, names, area = ship_detections(file)
    models = [one.model for one in area.sensors]
    for _ in range(2):
        begin = time.process_time()
        found = tracks_of(where.detections, area.motion, models, area.rules)
        took = time.process_time() - begin
    pairs = Counter(zip(found.track.tolist(), names.tolist(), strict=True))
    main, vessel = Counter(), Counter()
    for (track, name), count in pairs.items():
        if track >= 0:
            main[track] = max(main[track], count)
            vessel[name] = max(vessel[name], count)
    tracked, all_ = int((found.track >= 0).sum()), Counter(names.tolist())
    each = np.mean([vessel[name] / count for name, count in all_.items()])
    whole = sum(vessel.values()) / len(names)
    print(f"{len(names)} reports, {len(all_)} vessels, {len(main)} tracks: purity "
          f"{sum(main.values()) / tracked:.4f}, completeness {whole:.4f} of reports "
          f"({each:.4f} averaged over vessels), {tracked / len(names):.4f} in a track; "
          f"{len(names) / took:,.0f} reports/s of CPU")  # fmt: skip


def arrivals(file: Path) -> None:
    """Share of true arrivals within the 90 % interval told before: simulated, and ships."""
    simulated_arrivals(40)
    ship_arrivals(file)


def simulated_arrivals(count: int) -> None:
    from nanoward.watch.objects.motion_models import SHIP
    from nanoward.watch.objects.threat import drawn_paths, threats_of
    from nanoward.watch.objects.zones import Zone

    rng, held, told = np.random.default_rng(5), 0, 0
    zone = Zone(name="z", corners=np.zeros((1, 2)), radius=400.0, probability=0.2,
                horizon_s=900.0)  # fmt: skip
    modes = np.array(SHIP.shares)
    covariance = np.diag([100.0, 100.0, 0.2, 0.2])
    for _ in range(count):
        angle, speed = rng.uniform(0, 2 * math.pi), rng.uniform(4, 12)
        far = rng.uniform(800, 2000)
        middle = np.array([far * math.sin(angle), far * math.cos(angle),
                           -speed * math.sin(angle), -speed * math.cos(angle)])  # fmt: skip
        means = np.tile(middle, (len(modes), 1))
        states = np.tile(covariance, (len(modes), 1, 1))
        times = np.arange(0.0, 901.0, 3.0)
        paths = drawn_paths(means, states, modes, SHIP, times, rng, 40)
        inside = zone.distance(paths) <= 0
        enters = inside.any(0)
        low, _, high = threats_of(means, states, modes, SHIP, (zone,), 0.0, rng)[0].arrival
        if math.isnan(low):
            continue
        true = times[inside.argmax(0)][enters]
        told += len(true)
        held += int(((true >= low - 3.0) & (true <= high + 3.0)).sum())
    print(f"simulated: {held} of {told} arrivals within the 90 % interval: {held / told:.3f}")


def ship_arrivals(file: Path) -> None:
    """For each moving vessel: a zone where it will be, judged 2 to 8 minutes before."""
    from nanoward.watch.objects.threat import threats_of
    from nanoward.watch.objects.tracks import TrackBook
    from nanoward.watch.objects.zones import Zone

    where, names, area = ship_detections(file)
    told, models = where.detections, [one.model for one in area.sensors]
    rng, held, count = np.random.default_rng(6), 0, 0
    for name in np.unique(names):
        own = told.taken(np.flatnonzero(names == name))
        if len(own) < 40 or np.median(np.hypot(*own.velocity.T)) < 2.5:
            continue
        book = TrackBook(own, area.motion, models, area.rules)
        due = own.time[0] + 120.0
        for at in range(len(own)):
            book.take(slice(at, at + 1))
            now = own.time[at]
            if now < due or np.hypot(*own.velocity[at]) < 2.5:
                continue
            due = now + 90.0
            later = np.flatnonzero(own.time >= now + rng.uniform(120, 480))
            end = book.ends.get(int(book.name[at]))
            if not len(later) or end is None:
                continue
            place = own.position[later[0]]
            zone = Zone(name="z", corners=place[None], radius=250.0, probability=0.1,
                        horizon_s=1200.0)  # fmt: skip
            if zone.distance(own.position[at]) < 100:
                continue
            after = np.flatnonzero((zone.distance(own.position) <= 0) & (own.time > now))
            threat = threats_of(*end[2:], area.motion, (zone,), 0.0, rng)[0]
            if not len(after) or math.isnan(threat.arrival[0]):
                continue
            first, before = after[0], max(after[0] - 1, at)
            count += 1
            held += (own.time[before] - now <= threat.arrival[2]
                     and own.time[first] - now >= threat.arrival[0])  # fmt: skip
    print(f"ships: {held} of {count} arrivals within the 90 % interval: "
          f"{held / max(count, 1):.3f}")  # fmt: skip


def false(hours: float) -> None:
    """Clutter alone, as dense as stated: tracks that count, against the promised run length."""
    from nanoward.watch.objects.detections import Detections
    from nanoward.watch.objects.motion_models import SHIP, TrackRules
    from nanoward.watch.objects.tracker import SensorModel
    from nanoward.watch.objects.tracks import tracks_of

    for length in (100.0, 1000.0):
        rng, scans = np.random.default_rng(9), int(hours * 3600)
        each = rng.poisson(5.0, scans)
        far = 3000.0 * np.sqrt(rng.random(each.sum()))
        angle = rng.uniform(0, 2 * math.pi, len(far))
        told = Detections(
            time=np.repeat(np.arange(scans, dtype=float), each),
            position=np.stack([far * np.sin(angle), far * np.cos(angle)], 1),
            velocity=np.full((len(far), 2), np.nan),
            noise=np.tile([400.0, 0.0, 400.0, np.nan, np.nan], (len(far), 1)),
            stream=np.zeros(len(far), np.int64), row=np.arange(len(far)),
        )  # fmt: skip
        seer = SensorModel(probability=0.9, clutter=5.0 / (math.pi * 3000**2), starts=5.0)
        found = tracks_of(told, SHIP, [seer], TrackRules(run_length=length))
        print(f"promise {length:g}: {len(found.first)} false tracks in {scans:,} scans, one in "
              f"{scans / max(len(found.first), 1):,.0f}", flush=True)  # fmt: skip


def conjunctions(folder: Path, table: Path) -> None:
    import polars as pl

    from nanoward.adapters.progress import SilentProgress
    from nanoward.flows.watch.judge_conjunctions import judge_conjunctions
    from nanoward.wiring import open_bench

    formats = open_bench(quiet=True).formats
    worst = flagged = agreed = inside = told = 0.0
    rows = pl.read_csv(table).to_dicts()
    begin = time.process_time()
    for row in rows:
        file = folder / f"{row['Conjunction_ID']}.cdm"
        found = judge_conjunctions([(str(file), file.read_bytes())], formats, SilentProgress(),
                                   radius=row["HBR_m"]).rows[0]  # fmt: skip
        plane = found["plane"] if found["plane"] is not None else found["plane_not_valid"]
        worst = max(worst, abs(plane / row["Pc2D_NoAdj"] - 1))
        bad = row["ViolationsPc2D"] != 0
        flagged += bad
        agreed += bad == (found["plane"] is None)
        if found["plane"] is None:
            told += 1
            inside += found["low"] <= row["PcSDMCHi"] and found["high"] >= row["PcSDMCLo"]
    took = time.process_time() - begin
    print(f"{len(rows)} conjunctions: 2-D within {worst:.2%} of CARA's; usage check agrees in "
          f"{agreed:.0f} ({flagged:.0f} flagged); by draws {inside:.0f} of {told:.0f} overlap "
          f"the Monte Carlo's 95 % limits; {took:.0f} CPU s")  # fmt: skip


def drills(number: float = 200) -> None:
    """An object planted among simulated detections, ten drills to each draw of these."""
    from nanoward.flows.watch.hold_object_drill import hold_object_drill
    from nanoward.simulation.worlds.object_world import object_world
    from nanoward.watch.objects.planted import PlantedObject

    near, fit, delays = PlantedObject(distance=2500.0, speed=15.0), 0, []
    begin = time.process_time()
    for seed in range(int(number)):
        if seed % 10 == 0:
            world = object_world(seed=70_000 + seed, scans=SCANS, threat=False)
        held = hold_object_drill(world.detections, world.area, seed=80_000 + seed, one=near)
        fit += held.is_as_predicted
        delays.append(held.entry.delay)
        if seed % 10 == 9:
            seen = [one for one in delays if one >= 0]
            print(f"{fit} of {seed + 1} in the predicted interval, "
                  f"{len(delays) - len(seen)} not told, median delay {np.median(seen):.0f} s; "
                  f"{time.process_time() - begin:.0f} CPU s", flush=True)  # fmt: skip


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    numbers = ("false", "drills")
    given: list[Any] = [float(one) if what in numbers else Path(one) for one in rest]
    {"tracks": tracks, "stonesoup": stonesoup, "ships": ships, "arrivals": arrivals,
     "false": false, "conjunctions": conjunctions, "drills": drills}[what](*given)  # fmt: skip
