"""Speed of the scan for known others beside pysylph and sourmash: the same file, one run.

python benchmarks/evaluate_watch_speed.py GENOMES RIVALS_PYTHON [ROUNDS]
RIVALS_PYTHON  python of an environment with pysylph, sourmash and dnaio
15 Mbp of FASTQ: E. coli EC590 at 1.7x and 50,000 reads drawn at random. 80 bacteria of
3,000 k-mers each, drawn among those of low hash, and 20 viruses of 5,000: 340,000 keys. CPU
seconds (user and system) of each turn, parsing included, in turns; the first is not counted.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from evaluate_watch_reads import fastq, five_fold, genomes, reads_of

from nanoward.adapters.formats import FileFormats
from nanoward.flows.watch.scan_reads import tally_reads
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmers.kmer_words import hashed, reverse_complement
from nanoward.sequencing.kmers.private_kmers import THRESHOLD, PrivateIndex, kmer_table

RIVAL = """
import sys, time, resource
which, path = sys.argv[1:]
if which == "pysylph":
    import dnaio, pysylph
    sketcher = pysylph.Sketcher(c=200, k=31)
    begun = time.process_time()
    with dnaio.open(path) as reads:
        sketcher.sketch_single("s", (one.sequence for one in reads))
else:
    import dnaio, sourmash
    sketch = sourmash.MinHash(n=0, ksize=31, scaled=1000, track_abundance=True)
    begun = time.process_time()
    with dnaio.open(path) as reads:
        for one in reads:
            sketch.add_sequence(one.sequence, force=True)
print(time.process_time() - begun)
"""


def catalogue(rng: np.random.Generator) -> PrivateIndex:
    low: list[np.ndarray] = []
    while sum(map(len, low)) < 240_000:
        words = rng.integers(0, 1 << 62, 4_000_000, dtype=np.uint64)
        words = np.minimum(words, reverse_complement(words))
        low.append(words[hashed(words) < THRESHOLD])
    dense = rng.integers(0, 1 << 62, 100_000, dtype=np.uint64)
    words = np.concatenate([np.concatenate(low)[:240_000],
                            np.minimum(dense, reverse_complement(dense))])  # fmt: skip
    owner = np.repeat(np.arange(100), [3000] * 80 + [5000] * 20).astype(np.int32)
    words, first = np.unique(words, return_index=True)
    names = tuple(f"e{at}" for at in range(100))
    return kmer_table(names, words, owner[first], dense=True)


def main(folder: str, python: str, rounds: int) -> None:
    rng = np.random.default_rng(80_000)
    _, relative, _ = genomes(folder)
    own = reads_of(relative, five_fold(relative) // 3, rng)
    other = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, (50_000, own.shape[1]))]
    index, formats = catalogue(rng), FileFormats()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "s.fastq"
        path.write_bytes(fastq(np.concatenate([own, other])))
        letters = (len(own) + len(other)) * own.shape[1]
        del own, other
        took: dict[str, list[float]] = {"scan": [], "pysylph": [], "sourmash": []}
        for _ in range(rounds + 1):
            begun = time.process_time()
            tally_reads([ReadFile(name="s.fastq", path=str(path))], index, formats)
            took["scan"].append(time.process_time() - begun)
            for name in ("pysylph", "sourmash"):
                told = subprocess.run([python, "-c", RIVAL, name, str(path)], check=True,
                                      capture_output=True, text=True)  # fmt: skip
                took[name].append(float(told.stdout))
    speeds = {name: letters / 1e6 / np.array(some[1:]) for name, some in took.items()}
    ours = speeds["scan"]
    for name, some in speeds.items():
        print(
            f"{name}: median {np.median(some):.0f} Mbp per CPU s ({some.min():.0f} to "
            f"{some.max():.0f}); scan is {np.median(ours / some):.2f} times it"
        )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{most:.0f} MB at most, with the "
          "making of the reads")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if sys.argv[3:] else 5)
