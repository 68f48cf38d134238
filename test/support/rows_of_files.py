"""Prints the rows that the generated data files hold, as JSON: by table, and of the Iceberg table by snapshot.

rows_of_files.py FOLDER-OF-GENERATOR FOLDER-OF-DATA. Values are written as Trino's client shows them; partition values
follow the columns, as in Trino.
"""

import csv
import datetime
import decimal
import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

import pyarrow.orc as orc
import pyarrow.parquet as pq
from iceberg_table import read_iceberg_table

data = Path(sys.argv[2])


def shown(value):
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.000")
    return str(value) if isinstance(value, (datetime.date, decimal.Decimal)) else value


def read(file: Path) -> list[dict]:
    if file.suffix == ".parquet":
        return pq.ParquetFile(file).read().to_pylist()
    if file.suffix == ".orc":
        return orc.read_table(file).to_pylist()
    with file.open(newline="") as lines:
        whole_numbers = ("status_code", "response_time_ms")
        return [
            {name: int(value) if name in whole_numbers else value for name, value in row.items()}
            | {"timestamp": row["timestamp"] + ".000"}
            for row in csv.DictReader(lines)
        ]


def table(folder: Path) -> list[list]:
    return [
        [shown(value) for value in row.values()] + [part.split("=")[1] for part in file.relative_to(folder).parts[:-1]]
        for file in sorted(path for path in folder.rglob("*") if path.is_file())
        for row in read(file)
    ]


manifest = json.loads((data / "manifest.json").read_text())
customers = manifest["tables"]["test_analytics.customer_data"]["metadata"]
place = "analytics/customer_data"
snapshots = read_iceberg_table(data / place, f"{manifest['location']}/{place}", customers)
json.dump(
    {
        "tables": {
            "test_analytics.sales_data": table(data / "analytics/sales_data"),
            "test_analytics.events_raw": table(data / "analytics/events_raw"),
            "test_logs.metrics_orc": table(data / "logs/metrics_orc"),
            "test_logs.access_logs": table(data / "logs/access_logs"),
        },
        "snapshots": [[[shown(value) for value in row.values()] for row in rows.to_pylist()] for rows in snapshots],
    },
    sys.stdout,
)
