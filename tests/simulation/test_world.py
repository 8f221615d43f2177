import polars as pl

from nanoward.simulation.genomes.spread import shared_days
from nanoward.simulation.study import Study
from nanoward.simulation.world import World, simulated_world


def test_a_world_in_which_nothing_passes_has_no_link(null_world: World) -> None:
    assert null_world.truth["truth/links.csv"].is_empty()
    assert null_world.truth["truth/transmissions.csv"].is_empty()


def test_every_pair_that_passed_the_agent_last_is_linked(world: World) -> None:
    links = {
        (row["a"], row["b"]): row["link"]
        for row in world.truth["truth/links.csv"].iter_rows(named=True)
    }
    sampled = {world.people[read.sample.host].name for read in world.reads}
    assert len(links) >= 20
    last: dict[str, str] = {}
    days: dict[str, str] = {}
    for row in world.truth["truth/carriage.csv"].iter_rows(named=True):
        last[row["host"]], days[row["host"]] = row["source"], row["date"]
    final = {
        world.people[read.sample.host].name: world.study.day(read.sample.day).isoformat()
        for read in world.reads
    }
    checked = 0
    for host, source in last.items():
        if source and {host, source} <= sampled and days[source] < days[host] <= final[host]:
            checked += 1
            assert links[min(host, source), max(host, source)] == "direct"
    assert checked >= 5


def test_links_are_all_the_pairs_of_last_samples_with_a_common_host(world: World) -> None:
    last = {read.sample.host: read.sample.day for read in world.reads}
    names = {world.people[host].name: host for host in last}
    links = world.truth["truth/links.csv"]
    for row in links.iter_rows(named=True):
        a, b = names[row["a"]], names[row["b"]]
        assert row["shared_days"] == shared_days(world.arrivals, (a, last[a]), (b, last[b]))
        assert row["shared_days"] >= 0
    assert not links.select("a", "b").is_duplicated().any()


def test_the_progress_is_told_for_each_simulated_day() -> None:
    steps: list[int] = []
    study = Study(participants=12, weeks=12)
    simulated_world(study, step=steps.append)
    assert sum(steps) == study.days + 1


def test_tables_name_only_people_of_the_programme(world: World) -> None:
    people = {person.name for person in world.people}
    for path, table in world.tables.items():
        for column in ("USUBJID", "participant", "a", "b", "ID"):
            if column in table.columns:
                assert set(table[column]) <= people, path
    variants = world.tables["data/variants.csv.gz"]
    assert set(variants["sample"]) <= set(world.tables["data/samples.csv"]["sample"])
    assert variants.schema["frequency"] == pl.Float64
