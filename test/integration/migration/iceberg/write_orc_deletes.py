"""Writes position delete files in ORC with Arrow, and their rows as JSON: write_orc_deletes.py FOLDER."""

import json
import random
import sys
from pathlib import Path

import pyarrow as pa
from pyarrow import orc

FOLDER = Path(sys.argv[1])
RANDOM = random.Random(20)


def positions(kind, count):
    """Kinds of runs: equal, in steps, small, wide, with outliers (patches), of all widths."""
    if kind == "repeated":
        return [7] * count
    if kind == "steps":
        return [5 + 3 * i for i in range(count)]
    if kind == "rising":
        value, values = 0, []
        for _ in range(count):
            value += RANDOM.randrange(1, 100)
            values.append(value)
        return values
    if kind == "falling":
        return [10**9 - 17 * i - RANDOM.randrange(9) for i in range(count)]
    if kind == "random":
        return [RANDOM.randrange(2**40) for _ in range(count)]
    if kind == "outliers":
        return [RANDOM.randrange(100) if RANDOM.random() > 0.02 else RANDOM.randrange(2**30) for _ in range(count)]
    if kind == "widths":
        return [RANDOM.randrange(2 ** RANDOM.randrange(1, 50)) for _ in range(count)]
    raise ValueError(kind)


def paths(kind, count):
    if kind == "one":
        return ["s3://old/t/data/one.parquet"] * count
    if kind == "few":
        return sorted(f"s3://old/t/data/ä {RANDOM.randrange(5)}.parquet" for _ in range(count))
    return sorted(f"s3://old/t/data/{RANDOM.randrange(10**9)}/" + "x" * RANDOM.randrange(60) for _ in range(count))


cases = []
for compression in ["uncompressed", "zlib", "snappy", "zstd"]:
    for dictionary in [0.0, 1.0]:
        for kind in ["repeated", "steps", "rising", "falling", "random", "outliers", "widths"]:
            for path_kind in ["one", "few", "many"]:
                count = RANDOM.choice([1, 2, 3, 10, 511, 512, 513, 5000])
                table = pa.table(
                    {
                        "file_path": pa.array(paths(path_kind, count), pa.string()),
                        "pos": pa.array(positions(kind, count), pa.int64()),
                    }
                )
                name = f"{compression}-{dictionary}-{kind}-{path_kind}.orc"
                orc.write_table(
                    table,
                    FOLDER / name,
                    compression=compression,
                    dictionary_key_size_threshold=dictionary,
                    stripe_size=64 * 1024,
                )
                rows = [str(position) for position in table["pos"].to_pylist()]
                cases.append({"name": name, "paths": table["file_path"].to_pylist(), "positions": rows})

nulls = pa.table({"file_path": pa.array(["a", None, "c"]), "pos": pa.array([1, 2, 3])})
orc.write_table(nulls, FOLDER / "nulls.orc")
(FOLDER / "cases.json").write_text(json.dumps(cases))
