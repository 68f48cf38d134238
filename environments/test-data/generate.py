"""Writes the data files of the test environment's tables, reads them back, and puts all of them in place, or none."""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLES = HERE.parent.parent / "stacks" / "test-env-tables.json"
MANIFEST = "manifest.json"
# Files a partition, and rows a file.
SIZES = {"small": (1, 1_000), "medium": (1, 100_000), "large": (4, 500_000)}
EXTENSIONS = {"parquet": "parquet", "orc": "orc", "csv": "csv"}
DEFAULT_DAY = "2025-01-01"
SEED = 42
# The Iceberg table's second snapshot deletes a tenth of its rows.
LEAST_ROWS = 10


class Problem(Exception):
    """What went wrong and how to fix it, for people."""

    def __init__(self, message: str, fix: str):
        super().__init__(message)
        self.fix = fix


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    try:
        if options.check:
            check(options.output)
        else:
            generate(options)
        return 0
    except Problem as problem:
        return report(str(problem), problem.fix)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return report(
            f"the test data could not be written: {error.strerror or error}{where}.",
            f"free space or allow writing in {options.output.parent}, or name another folder with --output",
        )


def report(message: str, fix: str) -> int:
    print(f"error: {message}\n  fix: {fix}", file=sys.stderr)
    return 1


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="generate-test-data", description=__doc__)
    generated = HERE.parent.parent / "testdata" / "generated"
    parser.add_argument("--output", type=folder, default=generated, metavar="FOLDER")
    parser.add_argument(
        "--location",
        default="s3://aws2openstack-test-data",
        type=lambda text: text.rstrip("/"),
        metavar="URL",
        help="where the files will be stored; Iceberg's files name each other by it (default: %(default)s)",
    )
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--rows", type=row_count, help="rows a file (default: 1000 when small)")
    parser.add_argument("--check", action="store_true", help="check the existing files; write nothing")
    return parser.parse_args(arguments)


def folder(text: str) -> Path:
    if text == "":
        raise argparse.ArgumentTypeError("the folder has no name")
    return Path(text)


def row_count(text: str) -> int:
    if not text.isdecimal() or not LEAST_ROWS <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number of rows from {LEAST_ROWS} to 10000000")
    return int(text)


def generate(options: argparse.Namespace) -> None:
    files, rows = SIZES[options.size]
    wanted = {
        "location": options.location,
        "filesPerPartition": files,
        "rowsPerFile": options.rows or rows,
        "generator": fingerprint(),
    }
    output: Path = options.output.resolve()
    refuse_foreign(output)
    remove_leftovers(output)
    if is_complete(output, wanted):
        say(f"{shown(output)} is up to date")
        return
    started = time.monotonic()
    temporary = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(parents=True)
        tables = write_tables(temporary, wanted)
        listed = {str(path.relative_to(temporary)): describe(path) for path in files_below(temporary)}
        (temporary / MANIFEST).write_text(json.dumps({**wanted, "tables": tables, "files": listed}, indent=1) + "\n")
        check(temporary)
        put_in_place(temporary, output)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    total = sum(described["bytes"] for described in listed.values())
    say(f"{len(listed)} files, {readable(total)} in {time.monotonic() - started:.1f} s: {shown(output)}")


def write_tables(folder: Path, wanted: dict) -> dict:
    from files import write_file
    from iceberg_table import write_iceberg_table
    from rows import rows_of

    files, count = wanted["filesPerPartition"], wanted["rowsPerFile"]
    written = {}
    for database, name, place, table in tables():
        say(f"  {database}.{name} ...", end="")
        before = size_of(folder)
        rows = 0
        if table["format"] == "iceberg":
            rows = files * count
            metadata = write_iceberg_table(
                folder / place,
                f"{wanted['location']}/{place}",
                rows_of(name, table["columns"], DEFAULT_DAY, 0, rows, SEED),
                deleted=rows // 10,
                seed=SEED,
            )
            if metadata != table["metadata"]:
                message = f"{database}.{name} has the Iceberg metadata file {metadata}, not {table['metadata']}."
                raise Problem(message, f"change its `metadata` in {shown(TABLES)}")
            written[f"{database}.{name}"] = {"rows": rows - rows // 10, "metadata": metadata}
        else:
            keys = [key for key, _ in table.get("partitionKeys", [])]
            for values in table.get("partitions", [[]]):
                partition = Path(place, *(f"{key}={value}" for key, value in zip(keys, values, strict=True)))
                for number in range(files):
                    data = rows_of(name, table["columns"], first_day(values), rows, count, SEED)
                    write_file(
                        table["format"], folder / partition / f"part-{number:05d}.{EXTENSIONS[table['format']]}", data
                    )
                    rows += count
            written[f"{database}.{name}"] = {"rows": rows}
        say(f" {rows} rows, {readable(size_of(folder) - before)}")
    return written


def check(folder: Path) -> None:
    """Every file that the manifest lists exists, is unchanged and readable, and holds the expected rows."""
    import pyarrow as pa
    from files import read_file
    from iceberg_table import read_iceberg_table
    from rows import ARROW_TYPES

    made = read_manifest(folder)
    if made is None:
        raise Problem(f"{shown(folder)} does not hold complete test data.", "make test-data")
    damaged = [path for path, described in made["files"].items() if describe(folder / path) != described]
    if damaged:
        raise Problem(f"{shown(folder / damaged[0])} is missing or was changed.", "make test-data")
    for database, name, place, table in tables():
        schema = pa.schema([(column, ARROW_TYPES[kind]) for column, kind in table["columns"]])
        expected = made["tables"][f"{database}.{name}"]
        if table["format"] == "iceberg":
            snapshots = read_iceberg_table(folder / place, f"{made['location']}/{place}", expected["metadata"])
            counts = [len(snapshot) for snapshot in snapshots]
            if len(counts) != 2 or counts[1] != expected["rows"] or counts[0] <= counts[1]:
                raise Problem(f"{database}.{name} holds {counts} rows in its snapshots.", "make test-data")
            continue
        paths = [Path(path) for path in made["files"] if Path(path).is_relative_to(place)]
        read = [read_file(table["format"], folder / path, schema) for path in paths]
        if any(rows.schema.names != schema.names or rows.schema.types != schema.types for rows in read):
            raise Problem(f"{database}.{name} has the columns {read[0].schema}, not {schema}.", "make test-data")
        if sum(map(len, read)) != expected["rows"]:
            message = f"{database}.{name} holds {sum(map(len, read))} rows, not {expected['rows']}."
            raise Problem(message, "make test-data")


def tables():
    """(database, table, folder below the location, description) of each."""
    for database, described in json.loads(TABLES.read_text()).items():
        for name, table in described["tables"].items():
            yield database, name, f"{described['folder']}/{name}", table


def first_day(values: list[str]) -> str:
    if not values:
        return DEFAULT_DAY
    return values[0] if len(values) == 1 else f"{values[0]}-{values[1]}-01"


def is_complete(folder: Path, wanted: dict) -> bool:
    made = read_manifest(folder)
    return (
        made is not None
        and all(made.get(key) == value for key, value in wanted.items())
        and all(describe(folder / path) == described for path, described in made["files"].items())
    )


def read_manifest(folder: Path) -> dict | None:
    try:
        return json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return None


def describe(path: Path) -> dict | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def fingerprint() -> str:
    """Of the code that makes the data: another generator makes other data."""
    sources = [TABLES, HERE / "requirements.txt", *sorted(HERE.glob("*.py"))]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


def refuse_foreign(output: Path) -> None:
    """The folder's content is replaced, so everything in it must come from an earlier run."""
    if output.exists() and not output.is_dir():
        raise Problem(f"{shown(output)} is a file.", "name a folder with --output")
    listed = {MANIFEST, *((read_manifest(output) or {}).get("files", ()))}
    inside = (path for path in output.rglob("*") if path.is_symlink() or not path.is_dir())
    foreign = next((path for path in inside if str(path.relative_to(output)) not in listed), None)
    if foreign is not None:
        raise Problem(
            f"{shown(output)} would be replaced, but {shown(foreign)} is not test data.",
            "name a new folder with --output, or move the file away",
        )


def put_in_place(temporary: Path, output: Path) -> None:
    """Two renames, because a folder that is not empty cannot be replaced by one."""
    if output.exists():
        old = output.with_name(f".{output.name}.{os.getpid()}.old.tmp")
        output.rename(old)
        temporary.rename(output)
        shutil.rmtree(old)
    else:
        temporary.rename(output)


def remove_leftovers(output: Path) -> None:
    """What killed runs left behind."""
    name = re.compile(rf"\.{re.escape(output.name)}\.(\d+)(\.old)?\.tmp")
    for leftover in list(output.parent.iterdir()) if output.parent.is_dir() else ():
        made = name.fullmatch(leftover.name)
        if made and not is_running(int(made[1])):
            shutil.rmtree(leftover, ignore_errors=True)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in files_below(folder))


def readable(size: int) -> str:
    return f"{size / 1_048_576:.1f} MiB" if size >= 1_048_576 else f"{size / 1024:.1f} KiB"


def shown(path: Path) -> str:
    return os.path.relpath(path)


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    sys.exit(main(sys.argv[1:]))
