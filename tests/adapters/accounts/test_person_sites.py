from pathlib import Path

from nanoward.adapters.accounts.person_sites import PersonSites

DM = "USUBJID,SITEID,RFSTDTC\nP001,north,2026-01-01\nP002,south,2026-01-01\n"


def test_a_site_is_read_from_dm_and_again_when_it_changed(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\n')
    sites = PersonSites(tmp_path)
    assert sites.site_of("P001") is None
    file = tmp_path / "data" / "sdtm" / "dm.csv"
    file.parent.mkdir(parents=True)
    file.write_text(DM)
    assert (sites.site_of("P001"), sites.site_of("P002")) == ("north", "south")
    assert sites.site_of("P003") is None
    file.write_text(DM + "P003,east,2026-01-01\n")
    assert sites.site_of("P003") == "east"
    assert sites.people_at("north") == {"P001"}


def test_two_sites_are_none_and_the_plan_decides(tmp_path: Path) -> None:
    (tmp_path / "data" / "sdtm").mkdir(parents=True)
    (tmp_path / "data" / "dm.csv").write_text(DM)
    (tmp_path / "data" / "sdtm" / "dm.csv").write_text("USUBJID,SITEID\nP001,south\n")
    plan = tmp_path / "programme.toml"
    plan.write_text('name = "w"\n')
    sites = PersonSites(tmp_path)
    assert sites.site_of("P001") is None
    plan.write_text('name = "w"\n[programme.sites.west]\npeople = ["P001"]\n')
    assert sites.site_of("P001") == "west"
    plan.write_text("name = \n")
    assert sites.site_of("P001") is None
    assert sites.site_of("P002") == "south"


def test_no_other_table_says_whose_site_somebody_is_of(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\n')
    file = tmp_path / "data" / "sdtm" / "sv.csv"
    file.parent.mkdir(parents=True)
    file.write_text("USUBJID,SITEID,VISITNUM,SVSTDTC\nP001,north,1,2026-01-01\n")
    assert PersonSites(tmp_path).site_of("P001") is None
