"""Writes the data files of the registration corpus. Reads a JSON list of files from stdin and writes each into the
folder that is named; prints a JSON object: the local file by object key.

Values are given as Trino's client shows them, types as Hive writes them, so that what is read back can be compared with
what was given. Files of a bucketed table are split by the hash of the engine that is named.
"""

import bz2
import gzip
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
import zstandard
from arrow_types import arrow_array, arrow_schema
from avro_file import avro_file
from bucket_hash import bucket_of


def snappy_blocks(content: bytes) -> bytes:
    """Hadoop's framing of Snappy: length of the block, length of the chunk, chunk.

    Source: Hadoop, BlockCompressorStream.
    """
    chunk = pa.compress(content, codec="snappy", asbytes=True)
    return len(content).to_bytes(4, "big") + len(chunk).to_bytes(4, "big") + chunk


def lz4_blocks(content: bytes) -> bytes:
    chunk = pa.compress(content, codec="lz4_raw", asbytes=True)
    return len(content).to_bytes(4, "big") + len(chunk).to_bytes(4, "big") + chunk


compressors = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "zstd": lambda content: zstandard.ZstdCompressor().compress(content),
    "snappy": snappy_blocks,
    "lz4": lz4_blocks,
}


def arrow_table(spec: dict, rows: list) -> pa.Table:
    schema = arrow_schema(spec["columns"], spec.get("unit", "us"))
    columns = [arrow_array([row[at] for row in rows], field.type) for at, field in enumerate(schema)]
    return pa.Table.from_arrays(columns, schema=schema)


def write_columnar(spec: dict, rows: list, target: Path) -> None:
    table = arrow_table(spec, rows)
    if spec["kind"] == "orc":
        orc.write_table(table, target, compression=spec.get("compression", "zlib"))
    else:
        pq.write_table(
            table,
            target,
            compression=spec.get("compression", "snappy"),
            use_deprecated_int96_timestamps=spec.get("int96", False),
            coerce_timestamps=None,
            # Hive and Spark leave Arrow's own schema out.
            store_schema=False,
            store_decimal_as_integer=False,
        )


def write(spec: dict, target: Path, rows: list) -> None:
    kind = spec["kind"]
    if kind == "text":
        content = spec["text"].encode(spec.get("encoding", "utf-8"))
        target.write_bytes(compressors[spec["codec"]](content) if "codec" in spec else content)
    elif kind == "avro":
        target.write_bytes(avro_file(spec["schema"], rows, spec.get("codec", "null")))
    else:
        write_columnar(spec, rows, target)


def parts(spec: dict):
    """The object keys of a file, each with its rows."""
    rows = spec.get("rows", [])
    buckets = spec.get("buckets")
    if buckets is None:
        yield spec["key"], rows
        return
    names = list(spec["columns"])
    at = [names.index(name) for name in buckets["by"]]
    types = [spec["columns"][name] for name in buckets["by"]]
    groups = [[] for _ in range(buckets["count"])]
    for row in rows:
        groups[bucket_of([row[i] for i in at], types, buckets["hash"], buckets["count"])].append(row)
    for number, group in enumerate(groups):
        yield spec["key"].replace("{bucket}", f"{number:06d}").replace("{spark}", f"{number:05d}"), group


folder = Path(sys.argv[1])
written = {}
for spec in json.load(sys.stdin):
    for key, rows in parts(spec):
        target = folder / str(len(written))
        try:
            write(spec, target, rows)
        except Exception as error:
            raise RuntimeError(f"{key} cannot be written") from error
        written[key] = str(target)
json.dump(written, sys.stdout)
