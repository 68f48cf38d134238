"""Writes Avro's object container files. Source: Apache Avro 1.12 specification."""

import base64
import json
import struct
import zlib
from decimal import Decimal

import numpy as np

SYNC = b"aws2openstackav!"


def avro_file(schema: dict, rows: list, codec: str) -> bytes:
    fields = schema["fields"]
    block = b"".join(encode(field["type"], value) for row in rows for field, value in zip(fields, row, strict=True))
    if codec == "deflate":
        block = zlib.compress(block)[2:-4]
    meta = {"avro.schema": json.dumps(schema).encode(), "avro.codec": codec.encode()}
    header = b"Obj\x01" + long(len(meta)) + b"".join(text(k.encode()) + text(v) for k, v in meta.items()) + b"\0" + SYNC
    return header + (long(len(rows)) + text(block) + SYNC if rows else b"")


def long(value: int) -> bytes:
    value = (value << 1) ^ (value >> 63)
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(content: bytes) -> bytes:
    return long(len(content)) + content


def encode(of, value) -> bytes:
    if isinstance(of, list):
        at = next(i for i, branch in enumerate(of) if (branch == "null") == (value is None))
        return long(at) + encode(of[at], value)
    name = of if isinstance(of, str) else of["type"]
    logical = None if isinstance(of, str) else of.get("logicalType")
    if logical == "date":
        return long(int(np.datetime64(value, "D").astype("int64")))
    if logical in ("timestamp-millis", "timestamp-micros"):
        unit = "ms" if logical.endswith("millis") else "us"
        return long(int(np.datetime64(value.replace(" ", "T"), unit).astype("int64")))
    if logical == "decimal":
        unscaled = int(Decimal(value).scaleb(of["scale"]))
        return text(unscaled.to_bytes((unscaled.bit_length() + 8) // 8, "big", signed=True))
    match name:
        case "null":
            return b""
        case "boolean":
            return b"\1" if value else b"\0"
        case "int" | "long":
            return long(int(value))
        case "float":
            return struct.pack("<f", float(value))
        case "double":
            return struct.pack("<d", float(value))
        case "string":
            return text(value.encode())
        case "bytes":
            return text(base64.b64decode(value))
        case "enum":
            return long(of["symbols"].index(value))
        case "array":
            return blocks([encode(of["items"], item) for item in value])
        case "map":
            return blocks([text(key.encode()) + encode(of["values"], item) for key, item in value.items()])
        case "record":
            return b"".join(encode(field["type"], item) for field, item in zip(of["fields"], value, strict=True))
    raise ValueError(f"the Avro type {of} is not written here")


def blocks(items: list[bytes]) -> bytes:
    return (long(len(items)) + b"".join(items) if items else b"") + b"\0"
