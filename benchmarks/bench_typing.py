"""Read typing beside its peers: CPU seconds, memory and accuracy, in one run on the same files.

    python benchmarks/bench_typing.py simulate genome.fa.gz FOLDER [--seed 7]
    python benchmarks/bench_typing.py run FOLDER [--lofreq PATH]

`simulate` plants changes in a genome and reads it with ART (`art_illumina -ss HS25`, 2 x 150):
A, 30x of the changed genome; B, 100x, a tenth of it from a genome with 100 further letters.
`run` types both, in turn with minimap2 + samtools and, on A, bcftools, on B LoFreq; whole
processes, one thread, user and system seconds.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

Letter = tuple[int, str]  # 1-based position, letter
SIZES = (1, 1, 1, 2, 3, 4, 6, 9, 12, 18, 25, 36, 50)  # of indels
CLOSE = 16
MAP = (
    "minimap2 -ax sr -t 1 {ref} {one} {two} 2>/dev/null | samtools sort -m 1G -o {out}.bam - "
    "2>/dev/null"
)
CALL = (
    "bcftools mpileup -Ou -q10 -Q20 -d1000 -a AD,DP -f {ref} {out}.bam 2>/dev/null | "
    "bcftools call --ploidy 1 -mv -Ov -o {out}.vcf 2>/dev/null"
)
RARE = "{lofreq} call -f {ref} -o {out}.lofreq.vcf --no-default-filter {out}.bam 2>/dev/null"
PEERS = {"A": ("bcftools", CALL, ".vcf"), "B": ("LoFreq", RARE, ".lofreq.vcf")}


@dataclass(slots=True)
class Truth:
    """What was planted: 1-based positions; indels by the letter before them and their size."""

    own: set[Letter] = field(default_factory=set)
    minor: set[Letter] = field(default_factory=set)
    indels: list[tuple[int, int]] = field(default_factory=list)

    @property
    def close(self) -> set[Letter]:
        """Own letters fewer than 16 positions from another."""
        rows = sorted(self.own)
        pairs = [pair for pair in pairwise(rows) if pair[1][0] - pair[0][0] < CLOSE]
        return {one for pair in pairs for one in pair}


def planted(letters: str, chance: random.Random) -> tuple[Truth, list[str]]:
    """Own changes of a genome: 310 letters, 30 indels, one deletion of 2,000."""
    truth, changed, used = Truth(), list(letters), set[int]()

    def place(room: int = 60) -> int:
        while True:
            at = chance.randrange(2000, len(letters) - 6000)
            if used.isdisjoint(range(at - room, at + room)):
                used.add(at)
                return at

    def change(at: int) -> None:
        used.add(at)
        changed[at] = chance.choice([one for one in "ACGT" if one != letters[at]])
        truth.own.add((at + 1, changed[at]))

    for _ in range(290):
        change(place())
    for _ in range(10):
        at = place()
        change(at)
        change(at + chance.randint(3, 14))
    for number in range(30):
        at, size = place(120), chance.choice(SIZES)
        truth.indels.append((at + 1, -size if number % 2 else size))
        if number % 2:
            changed[at : at + size] = [""] * size
        else:
            changed[at] = "".join(chance.choices("ACGT", k=size)) + changed[at]
    at = place(2200)
    used.update(range(at, at + 2000))
    changed[at : at + 2000] = [""] * 2000
    truth.indels.append((at + 1, -2000))
    for _ in range(100):
        at = place()
        truth.minor.add((at + 1, chance.choice([one for one in "ACGT" if one != letters[at]])))
    return truth, changed


def write_fasta(path: Path, letters: str) -> None:
    rows = (letters[at : at + 80] for at in range(0, len(letters), 80))
    path.write_text(f">{path.stem}\n" + "\n".join(rows) + "\n")


def simulate(genome: Path, folder: Path, seed: int) -> None:
    """Reference, reads and truth of A and B."""
    folder.mkdir(parents=True, exist_ok=True)
    content = genome.read_bytes()
    lines = (gzip.decompress(content) if genome.suffix == ".gz" else content).decode().split()
    first = next(at for at, line in enumerate(lines) if set(line) <= set("ACGTNacgtn"))
    letters = "".join(lines[first:]).upper()
    truth, changed = planted(letters, random.Random(seed))
    write_fasta(folder / "ref.fa", letters)
    write_fasta(folder / "own.fa", "".join(changed))
    for at, letter in truth.minor:
        changed[at - 1] = letter
    write_fasta(folder / "rare.fa", "".join(changed))
    told = {"own": sorted(truth.own), "minor": sorted(truth.minor), "indels": truth.indels}
    (folder / "truth.json").write_text(json.dumps(told))
    for name, parts in (("A", [("own", 30)]), ("B", [("own", 90), ("rare", 10)])):
        for number, (source, depth) in enumerate(parts):
            line = ["art_illumina", "-q", "-ss", "HS25", "-i", str(folder / f"{source}.fa")]
            line += ["-p", "-l", "150", "-m", "400", "-s", "50", "-na", "-f", str(depth)]
            line += ["-rs", str(seed + 10 * depth), "-o", str(folder / f"{name}{number}_")]
            subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
        for mate in "12":
            made = sorted(folder.glob(f"{name}[01]_{mate}.fq"))
            with gzip.open(folder / f"{name}_{mate}.fq.gz", "wb", compresslevel=2) as out:
                for path in made:
                    with path.open("rb") as plain:
                        shutil.copyfileobj(plain, out, 1 << 20)
                    path.unlink()


@dataclass(slots=True)
class Cost:
    """CPU seconds (user + system) and peak memory of a command and all that it started."""

    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    def run(self, line: str) -> None:
        process = subprocess.Popen(["sh", "-c", line], stdout=subprocess.DEVNULL)
        _, status, spent = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode > 1:  # 1 of ours: findings were told
            raise SystemExit(f"failed: {line}")
        self.seconds.append(spent.ru_utime + spent.ru_stime)
        self.megabytes = max(self.megabytes, spent.ru_maxrss / 1024)

    @property
    def middle(self) -> float:
        return statistics.median(self.seconds)

    def told(self, name: str) -> str:
        each = ", ".join(f"{one:.1f}" for one in self.seconds)
        return f"{name}: {each} CPU s; {self.megabytes:.0f} MB"


def records(path: Path) -> Iterator[tuple[int, str, str, dict[str, str]]]:
    """Position, letters, other letters and INFO of each line of a VCF."""
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            _, position, _, ref, alt, _, _, info = line.split("\t")[:8]
            told = dict(one.split("=", 1) for one in info.split(";") if "=" in one)
            yield int(position), ref, alt.split(",")[0], told


def score(name: str, path: Path, truth: Truth, *, minor: bool) -> None:
    """Recall and precision: letters exactly, indels of the same size within 30 positions."""
    own, rare, indels = set[Letter](), set[Letter](), list[tuple[int, int]]()
    for position, ref, alt, told in records(path):
        share = 1.0 if "MQ0F" in told else float(told.get("AF", "1").split(",")[0])
        if len(ref) != len(alt):
            indels.append((position, len(alt) - len(ref)))
        elif len(ref) == 1:
            (own if share > 0.5 else rare).add((position, alt))
    close = truth.close
    print(f"  {name}: {_rates(len(own & truth.own), len(truth.own), len(own))}", end="")
    print(f"; close {len(own & close)}/{len(close)}", end="")
    right = sum(any(_same(one, two) for two in indels) for one in truth.indels)
    wrong = sum(not any(_same(one, two) for one in truth.indels) for two in indels)
    if indels:
        print(f"; indels {_rates(right, len(truth.indels), right + wrong)}", end="")
    if minor:
        rare -= truth.own
        print(f"; minor {_rates(len(rare & truth.minor), len(truth.minor), len(rare))}", end="")
    print()


def _same(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return abs(one[0] - two[0]) <= 30 and one[1] == two[1]


def _rates(right: int, true: int, told: int) -> str:
    return f"{right}/{true} ({right / true:.4f}), precision {right / max(told, 1):.4f}"


def versions(lofreq: str) -> None:
    """What is compared."""
    asked = [[sys.executable, "-m", "nanoward", "--version"], ["minimap2", "--version"]]
    asked += [["samtools", "--version"], ["bcftools", "--version"]]
    asked += [[lofreq, "version"]] if lofreq else []
    for line in asked:
        told = subprocess.run(line, capture_output=True, check=False).stdout.decode("latin-1")
        print(f"  {Path(line[0]).name}: {told.splitlines()[0] if told else '?'}")


def measure(folder: Path, lofreq: str) -> None:
    """Everything on both sets of reads, ours in turn with the peers."""
    told = json.loads((folder / "truth.json").read_text())
    truth = Truth(
        own={(at, letter) for at, letter in told["own"]},
        minor={(at, letter) for at, letter in told["minor"]},
        indels=[(at, size) for at, size in told["indels"]],
    )
    versions(lofreq)
    ref = folder / "ref.fa"
    subprocess.run(["samtools", "faidx", str(ref)], check=True)
    for name in "AB":
        one, two = folder / f"{name}_1.fq.gz", folder / f"{name}_2.fq.gz"
        out = folder / f"theirs_{name}"
        paths = {"ref": ref, "one": one, "two": two, "out": out, "lofreq": lofreq}
        line = f"{sys.executable} -m nanoward catalogue type {one} {two} --reference {ref} "
        line += f"--quiet --out {folder}/ours_{name}"
        ours, mapping, calling = Cost(), Cost(), Cost()
        Cost().run(line)  # compiles, once for an installation
        ours.run(line)
        mapping.run(MAP.format(**paths))
        ours.run(line)
        ours.run(line)
        print(name)
        print("  " + ours.told("nanoward"))
        print("  " + mapping.told("minimap2 + samtools sort"), flush=True)
        peer, call, made = PEERS[name]
        if peer != "LoFreq" or lofreq:
            calling.run(call.format(**paths))
        paths_made = {"nanoward": folder / f"ours_{name}" / f"{name}.vcf"}
        if calling.seconds:
            print("  " + calling.told(peer))
            both = mapping.middle + calling.middle
            print(f"  minimap2 + samtools + {peer}: {both:.1f}; {both / ours.middle:.1f} times")
            paths_made[peer] = Path(f"{out}{made}")
        for caller, path in paths_made.items():
            score(caller, path, truth, minor=name == "B")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(dest="what", required=True)
    made = parts.add_parser("simulate")
    made.add_argument("genome", type=Path)
    made.add_argument("folder", type=Path)
    made.add_argument("--seed", type=int, default=7)
    run = parts.add_parser("run")
    run.add_argument("folder", type=Path)
    run.add_argument("--lofreq", default=shutil.which("lofreq") or "")
    asked = parser.parse_args()
    if asked.what == "simulate":
        simulate(asked.genome, asked.folder, asked.seed)
    else:
        measure(asked.folder, asked.lofreq)


if __name__ == "__main__":
    main()
