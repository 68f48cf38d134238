"""Writes and reads the data files of the tables without a table format."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.orc as pa_orc
import pyarrow.parquet as pq


def write_file(format_name: str, path: Path, rows: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if format_name == "parquet":
        pq.write_table(rows, path, compression="snappy")
    elif format_name == "orc":
        pa_orc.write_table(rows, path, compression="zlib")
    else:
        # As Hive writes a timestamp: 2025-01-01 00:00:00.
        texts = [
            pc.strftime(column, "%Y-%m-%d %H:%M:%S") if pa.types.is_timestamp(column.type) else column
            for column in (rows.column(name).cast(_csv_type(rows, name)) for name in rows.column_names)
        ]
        pa_csv.write_csv(
            pa.table(dict(zip(rows.column_names, texts, strict=True))),
            path,
            pa_csv.WriteOptions(quoting_style="none"),
        )


def _csv_type(rows: pa.Table, name: str) -> pa.DataType:
    field = rows.schema.field(name)
    return pa.timestamp("s") if pa.types.is_timestamp(field.type) else field.type


def read_file(format_name: str, path: Path, schema: pa.Schema) -> pa.Table:
    if format_name == "parquet":
        # Not read_table: it would add the columns that the folders' names hold.
        return pq.ParquetFile(path).read()
    if format_name == "orc":
        return pa_orc.read_table(path).cast(schema)
    return pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(column_types=schema))
