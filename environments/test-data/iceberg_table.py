"""An Iceberg table (format 2) of two snapshots: all rows are appended, then some are deleted by position.

Its files name each other by absolute path, so they are written for the location where they will be stored.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

# Another thread would draw from the same sequence of random numbers, in any order.
os.environ["PYICEBERG_MAX_WORKERS"] = "1"

import pyarrow as pa
import pyarrow.fs as pa_fs
import pyarrow.parquet as pq
import time_machine
from pyiceberg.catalog.memory import InMemoryCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat, ManifestContent, ManifestWriterV2
from pyiceberg.table import StaticTable, Table
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update.snapshot import _FastAppendFiles
from pyiceberg.typedef import Record

# The reserved field ids. Source: Iceberg table specification, 'Position Delete Files'.
POSITION_DELETES = pa.schema(
    [
        pa.field("file_path", pa.string(), nullable=False, metadata={"PARQUET:field_id": "2147483546"}),
        pa.field("pos", pa.int64(), nullable=False, metadata={"PARQUET:field_id": "2147483545"}),
    ]
)
FIRST_COMMIT = datetime(2025, 1, 1, tzinfo=timezone.utc)
COMMIT_INTERVAL = timedelta(hours=1)


def write_iceberg_table(folder: Path, location: str, rows: pa.Table, deleted: int, seed: int) -> str:
    """Writes into `folder` what belongs at `location`, such as `s3://bucket/prefix`; the last commit deletes the first
    `deleted` rows. Returns the path of the current metadata below `location`."""
    for part in ("data", "metadata"):
        (folder / part).mkdir(parents=True)
    with _in_place_of(location, folder) as properties, _repeatable(seed) as clock:
        catalog = InMemoryCatalog("generator", **properties)
        catalog.create_namespace("n")
        table = catalog.create_table("n.t", rows.schema, location, properties={"format-version": "2"})
        clock.shift(COMMIT_INTERVAL)
        table.append(rows)
        clock.shift(COMMIT_INTERVAL)
        _delete_first_rows(catalog.load_table("n.t"), deleted)
        return catalog.load_table("n.t").metadata_location.removeprefix(f"{location}/")


def read_iceberg_table(folder: Path, location: str, metadata: str) -> list[pa.Table]:
    """The rows of each snapshot, oldest first."""
    with _in_place_of(location, folder) as properties:
        table = StaticTable.from_metadata(f"{location}/{metadata}", properties)
        return [table.scan(snapshot_id=snapshot.snapshot_id).to_arrow() for snapshot in table.metadata.snapshots]


class FolderIO(PyArrowFileIO):
    """Reads and writes `s3://bucket/…` at `bucket/…` in the folder that the property `folder` names."""

    def __init__(self, properties: dict[str, str]):
        super().__init__(properties)
        files = pa_fs.SubTreeFileSystem(properties["folder"], pa_fs.LocalFileSystem())
        self.fs_by_scheme = lambda _scheme, _bucket: files


@contextmanager
def _in_place_of(location: str, folder: Path) -> Iterator[dict[str, str]]:
    """Properties for PyIceberg, by which `folder` stands in for `location`."""
    bucket, path = urlsplit(location)[1:3]
    with TemporaryDirectory() as buckets:
        place = Path(buckets, bucket, path.strip("/"))
        place.parent.mkdir(parents=True)
        place.symlink_to(folder.resolve())
        yield {"py-io-impl": f"{__name__}.FolderIO", "folder": buckets}


@contextmanager
def _repeatable(seed: int) -> Iterator:
    """Ids, Avro's sync markers and times that are the same in every run: uuid4 and PyIceberg draw from os.urandom."""
    source, urandom = random.Random(seed), os.urandom
    os.urandom = source.randbytes
    try:
        with time_machine.travel(FIRST_COMMIT, tick=False) as clock:
            yield clock
    finally:
        os.urandom = urandom


class _DeletesManifestWriter(ManifestWriterV2):
    """PyIceberg reads position deletes but does not write them."""

    def content(self) -> ManifestContent:
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return {**super()._meta, "content": "deletes"}


class _AppendDeletes(_FastAppendFiles):
    def new_manifest_writer(self, spec) -> ManifestWriterV2:
        schema = self._transaction.table_metadata.schema()
        return _DeletesManifestWriter(spec, schema, self.new_manifest_output(), self._snapshot_id, self._compression)


def _delete_first_rows(table: Table, count: int) -> None:
    data_file = next(iter(table.scan().plan_files())).file.file_path
    path = f"{table.location()}/data/00000-deletes.parquet"
    deletes = pa.table({"file_path": [data_file] * count, "pos": range(count)}, POSITION_DELETES)
    with table.io.new_output(path).create() as stream:
        pq.write_table(deletes, stream, compression="zstd")
    delete_file = DataFile.from_args(
        content=DataFileContent.POSITION_DELETES,
        file_path=path,
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=count,
        file_size_in_bytes=len(table.io.new_input(path)),
    )
    delete_file.spec_id = table.spec().spec_id
    with (
        table.transaction() as transaction,
        _AppendDeletes(operation=Operation.DELETE, transaction=transaction, io=table.io) as append,
    ):
        append.append_data_file(delete_file)
