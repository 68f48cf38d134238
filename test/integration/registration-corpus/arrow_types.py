"""Hive's types as Arrow's, and values as Trino's client shows them as Arrow's."""

import base64
import re
from decimal import Decimal

import numpy as np
import pyarrow as pa

simple = {
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "binary": pa.binary(),
    "date": pa.date32(),
}


def arrow_type(text: str, unit: str) -> pa.DataType:
    if text in simple:
        return simple[text]
    if text == "timestamp":
        return pa.timestamp(unit)
    if text == "timestamp_utc":
        return pa.timestamp(unit, tz="UTC")
    if re.match(r"(var)?char\(", text):
        return pa.string()
    if decimal := re.fullmatch(r"decimal\((\d+),(\d+)\)", text):
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    name, inner = re.fullmatch(r"(array|map|struct)<(.*)>", text).groups()
    items = split(inner)
    if name == "array":
        return pa.list_(arrow_type(items[0], unit))
    if name == "map":
        return pa.map_(arrow_type(items[0], unit), arrow_type(items[1], unit))
    fields = [item.split(":", 1) for item in items]
    return pa.struct([pa.field(field, arrow_type(of, unit)) for field, of in fields])


def split(text: str) -> list[str]:
    """At the commas outside of brackets."""
    items, depth = [""], 0
    for character in text:
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            items.append("")
        else:
            items[-1] += character
    return items


def arrow_schema(columns: dict, unit: str) -> pa.Schema:
    return pa.schema([pa.field(name, arrow_type(text, unit)) for name, text in columns.items()])


def arrow_array(values: list, of: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(of):
        ticks = [None if value is None else ticks_of(value, of.unit) for value in values]
        return pa.array(ticks, pa.int64()).cast(of)
    if pa.types.is_date32(of):
        days = [None if value is None else int(np.datetime64(value, "D").astype("int64")) for value in values]
        return pa.array(days, pa.int32()).cast(of)
    if pa.types.is_list(of):
        return nested(values, of, lambda kept: [arrow_array(kept, of.value_type)])
    if pa.types.is_map(of):
        keys = [[pair[0] for pair in pairs(value)] for value in values if value is not None]
        items = [[pair[1] for pair in pairs(value)] for value in values if value is not None]
        offsets, at = [], 0
        for value in values:
            offsets.append(None if value is None else at)
            at += 0 if value is None else len(pairs(value))
        return pa.MapArray.from_arrays(
            pa.array([*offsets, at], pa.int32()),
            arrow_array([key for group in keys for key in group], of.key_type),
            arrow_array([item for group in items for item in group], of.item_type),
        ).cast(of)
    if pa.types.is_struct(of):
        columns = [
            arrow_array([None if value is None else value[at] for value in values], of.field(at).type)
            for at in range(of.num_fields)
        ]
        mask = pa.array([value is None for value in values], pa.bool_())
        return pa.StructArray.from_arrays(columns, fields=list(of), mask=mask)
    return pa.array([scalar(value, of) for value in values], of)


def nested(values: list, of: pa.DataType, items) -> pa.Array:
    offsets, flat = [], []
    for value in values:
        offsets.append(None if value is None else len(flat))
        flat += value or []
    return pa.ListArray.from_arrays(pa.array([*offsets, len(flat)], pa.int32()), *items(flat)).cast(of)


def pairs(value) -> list:
    return list(value.items()) if isinstance(value, dict) else value


def ticks_of(text: str, unit: str) -> int:
    return int(np.datetime64(text.replace(" ", "T"), unit).astype("int64"))


def scalar(value, of: pa.DataType):
    if value is None:
        return None
    if pa.types.is_decimal(of):
        return Decimal(value)
    if pa.types.is_binary(of):
        return base64.b64decode(value)
    if pa.types.is_floating(of):
        return float(value)
    if pa.types.is_integer(of):
        return int(value)
    return value
