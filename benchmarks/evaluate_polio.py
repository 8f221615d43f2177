"""Vaccine-like, vaccine-derived, wild, engineered: how often is poliovirus told right?

    python benchmarks/evaluate_polio.py POLIO_TYPING [ALIGNMENT.fasta.gz ...]

POLIO_TYPING is the folder of VP1 sequences with curated classes; alignments are those of the
genomes of the same records (final/alignments/PV?_unified_aln.fasta.gz of its public origin).
Where a genome is given it is told by its genome, else by VP1 alone.
"""

import csv
import gzip
import sys
from collections import Counter
from pathlib import Path

from nanoward.adapters.formats import FileFormats
from nanoward.flows.catalogue.classify_divergence import classify_divergence

CLASSES = ("agent-like", "derived", "wild", "engineered")
MADE = ("nOPV", "nOPV-L", "VDPV-n", "cVDPV-n", "engineered/lab")
LIKE = ("Sabin", "Sabin-like", "vaccine")


def fasta(path: Path) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        if line.startswith(">"):
            name = line[1:].split("|")[0].split()[0]
            found[name] = []
        else:
            found[name].append(line)
    return {name: "".join(parts) for name, parts in found.items()}


def truth(kind: str) -> str:
    if kind in MADE:
        return "engineered"
    if kind in LIKE:
        return "agent-like"
    return "wild" if kind == "wild" else "derived"


def main(folder: Path, alignments: list[Path]) -> None:
    rows = list(csv.DictReader((folder / "samples.csv").open()))
    whole = fasta(folder / "sabin_references.fasta.gz")
    places = list(csv.DictReader((folder / "vp1_coordinates.csv").open()))
    targets = {
        row["serotype"]: whole[row["reference"]][int(row["start"]) - 1 : int(row["end"])]
        for row in places
    }
    texts = fasta(folder / "vp1.fasta.gz")
    genomes: dict[str, str] = {}
    for path in alignments:
        genomes |= {
            name: text.replace("-", "").upper()
            for name, text in fasta(path).items()
            if name in texts and len(text.replace("-", "")) > 2 * len(texts[name])
        }
    told = {}
    for kind, target in targets.items():
        asked = {r["sample"]: texts[r["sample"]] for r in rows if r["serotype"] == kind}
        asked |= {name: genomes[name] for name in asked if name in genomes}
        table = classify_divergence(
            ("s.fasta", "".join(f">{n}\n{t}\n" for n, t in asked.items()).encode()),
            ("r.fasta", f">{kind}\n{target}\n".encode()),
            FileFormats(),
            None,
        )
        told |= dict(table.select("sequence", "class").rows())
    for title, some in (
        ("all", rows),
        ("with a genome", [row for row in rows if row["sample"] in genomes]),
        ("VP1 alone", [row for row in rows if row["sample"] not in genomes]),
    ):
        counts = Counter((truth(r["truth_class"]), told[r["sample"]]) for r in some)
        right = sum(number for (a, b), number in counts.items() if a == b)
        if some:
            print(f"{title}: {right}/{len(some)} = {right / len(some):.4f}")
        for kind in CLASSES if some else ():
            row = [counts[kind, other] for other in CLASSES]
            print(f"  {kind:12} recall {row[CLASSES.index(kind)]}/{sum(row)}  {row}")
    print("engineered ones without a mark, where a genome is known:")
    for row in rows:
        made = truth(row["truth_class"]) == "engineered"
        if made != (told[row["sample"]] == "engineered") and row["sample"] in genomes:
            print(" ", row["sample"], row["serotype"], row["truth_class"], told[row["sample"]])


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
