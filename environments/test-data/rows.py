"""Rows of the five tables. Equal arguments give equal rows, on every machine and in every time zone."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa

# Hive's `decimal` without arguments is decimal(10,0): amounts are whole numbers.
ARROW_TYPES = {
    "int": pa.int32(),
    "double": pa.float64(),
    "string": pa.string(),
    "json": pa.string(),
    "decimal": pa.decimal128(10, 0),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "array<string>": pa.list_(pa.string()),
}

PRODUCTS = [
    "anvil", "bicycle pump", "café table", "desk lamp", "espresso cup", "fountain pen", "grand piano", "hammock",
]
REGIONS = ["eu-central", "eu-west", "us-east", "us-west", "ap-south"]
STATUSES = ["placed", "paid", "shipped", "delivered", "returned"]
FIRST_NAMES = ["Ada", "Björn", "Chidi", "Dorota", "Émile", "Fatima", "Grace", "Hiro"]
LAST_NAMES = ["Abel", "Brontë", "Curie", "Dijkstra", "Euler", "Franklin", "Gauss", "Hopper"]
TIERS = ["bronze", "silver", "gold", "platinum"]
EVENT_TYPES = ["page_view", "click", "add_to_cart", "purchase", "sign_in"]
PAGES = ["/", "/products", "/cart", "/checkout", "/account", "/search"]
METRICS = ["cpu.load", "memory.used", "disk.read_bytes", "disk.write_bytes", "net.in_bytes", "net.out_bytes"]
METHODS = ["GET", "GET", "GET", "POST", "PUT", "DELETE"]
STATUS_CODES = [200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 500, 503]
# Without commas: the CSV is read by Hive's plain text SerDe, which knows no quotes.
USER_AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
    "curl/8.5.0",
    "python-requests/2.32.3",
]


def rows_of(table: str, columns: list[list[str]], day: str, first: int, count: int, seed: int) -> pa.Table:
    """`count` rows of a file whose partition begins on `day`, numbered from `first`."""
    random = np.random.Generator(np.random.PCG64([seed, *table.encode(), first]))
    values = ROWS[table](random, np.datetime64(day, "us"), first, count)
    return pa.table(
        {name: _array(values[name], ARROW_TYPES[type_name]) for name, type_name in columns},
    )


def _array(values, arrow_type: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(arrow_type):
        return pa.array([Decimal(int(value)) for value in values], arrow_type)
    return pa.array(values, arrow_type)


def _sales(random: np.random.Generator, month, first: int, count: int) -> dict:
    return {
        "order_id": np.arange(first + 1, first + count + 1),
        "customer_id": random.integers(1, 1001, count),
        "amount": random.integers(1, 10_000, count),
        "quantity": random.integers(1, 21, count),
        "product_name": _pick(random, PRODUCTS, count),
        "order_date": _times(random, month, 28, count),
        "region": _pick(random, REGIONS, count),
        "status": _some_null(random, _pick(random, STATUSES, count)),
    }


def _customers(random: np.random.Generator, day, first: int, count: int) -> dict:
    ids = np.arange(first + 1, first + count + 1)
    first_names, last_names = _pick(random, FIRST_NAMES, count), _pick(random, LAST_NAMES, count)
    names = [f"{a} {b}" for a, b in zip(first_names, last_names, strict=True)]
    return {
        "customer_id": ids,
        "name": names,
        "email": _some_null(random, np.array([f"customer{number}@example.com" for number in ids], dtype=object)),
        "signup_date": day.astype("datetime64[D]") + random.integers(0, 1000, count),
        "tier": _pick(random, TIERS, count),
        "lifetime_value": random.integers(0, 1_000_000, count),
    }


def _events(random: np.random.Generator, day, first: int, count: int) -> dict:
    pages, times = _pick(random, PAGES, count), random.integers(1, 60_000, count)
    properties = [f'{{"page":"{page}","duration_ms":{time}}}' for page, time in zip(pages, times, strict=True)]
    return {
        "event_id": [f"evt-{number:012d}" for number in range(first + 1, first + count + 1)],
        "user_id": random.integers(1, 1001, count),
        "event_type": _pick(random, EVENT_TYPES, count),
        "timestamp": _times(random, day, 1, count),
        "properties": _some_null(random, np.array(properties, dtype=object)),
    }


def _metrics(random: np.random.Generator, day, first: int, count: int) -> dict:
    hosts = random.integers(1, 21, count)
    tags = [[f"host:node-{host:02d}", f"zone:{'abc'[host % 3]}"][: host % 3] for host in hosts]
    return {
        "metric_name": _pick(random, METRICS, count),
        "value": random.random(count) * 100,
        "timestamp": _times(random, day, 7, count),
        "tags": tags,
    }


def _access(random: np.random.Generator, day, first: int, count: int) -> dict:
    return {
        "timestamp": np.sort(_times(random, day, 1, count)),
        "ip_address": [f"198.51.100.{last}" for last in random.integers(1, 255, count)],
        "method": _pick(random, METHODS, count),
        "path": _pick(random, PAGES, count),
        "status_code": random.choice(STATUS_CODES, count),
        "response_time_ms": random.integers(1, 5000, count),
        "user_agent": _pick(random, USER_AGENTS, count),
    }


def _pick(random: np.random.Generator, values: list[str], count: int) -> np.ndarray:
    return np.array(values, dtype=object)[random.integers(0, len(values), count)]


def _times(random: np.random.Generator, start, days: int, count: int) -> np.ndarray:
    """Without fractions of a second, which Hive's text files do not keep by default."""
    return start + random.integers(0, days * 86_400, count) * np.timedelta64(1_000_000, "us")


def _some_null(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    values[random.random(len(values)) < 0.02] = None
    return values


ROWS: dict[str, Callable[..., dict]] = {
    "sales_data": _sales,
    "customer_data": _customers,
    "events_raw": _events,
    "metrics_orc": _metrics,
    "access_logs": _access,
}
