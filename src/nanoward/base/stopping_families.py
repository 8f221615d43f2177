"""Families of sequential stopping rules: what a plan and the command line may name."""

FAMILIES = ("pocock", "obf", "wang-tsiatis", "beta-binomial", "sprt", "maxsprt")
