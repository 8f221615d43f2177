import polars as pl

from nanoward.flows.steps.step_outcome import Materials


def test_materials_know_which_roles_were_read() -> None:
    materials = Materials(tables={"samples": pl.DataFrame()}, sources={"samples": "a"})
    assert "samples" in materials
    assert "genomes" not in materials
