"""An Iceberg table of PyIceberg, with position deletes that Arrow wrote, and the rows of its snapshots.

pyiceberg_table.py GENERATOR write FOLDER LOCATION           prints the metadata file below LOCATION
pyiceberg_table.py GENERATOR read FOLDER LOCATION METADATA   prints the rows of each snapshot as JSON
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

import pyarrow as pa
from iceberg_table import read_iceberg_table, write_iceberg_table

command, folder, location = sys.argv[2], Path(sys.argv[3]), sys.argv[4]

if command == "write":
    cities = ["50% off", "a b", "", None, "ä/ö", "//x//", "s3://source-lake/looks/like a path"]
    rows = pa.table(
        {
            "id": pa.array(range(1000), pa.int64()),
            "city": pa.array([cities[i % len(cities)] for i in range(1000)], pa.string()),
        }
    )
    print(write_iceberg_table(folder, location, rows, 137, 15))
else:
    snapshots = read_iceberg_table(folder, location, sys.argv[5])
    print(json.dumps([sorted(map(json.dumps, snapshot.to_pylist())) for snapshot in snapshots]))
