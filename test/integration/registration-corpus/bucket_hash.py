"""The bucket of a row, as Hive and Spark compute it.

Sources: Hive, ObjectInspectorUtils.getBucketHashCode and Murmur3.hash32 (version 2), getBucketHashCodeOld (version 1);
Spark, HashPartitioning and Murmur3Hash with the seed 42.
"""

import struct

import mmh3


def bucket_of(values: list, types: list[str], by: str, count: int) -> int:
    if by == "spark":
        seed = 42
        for value, of in zip(values, types, strict=True):
            seed = spark_hash(value, of, seed)
        return seed % count
    one = hive1_hash if by == "hive-1" else hive2_hash
    total = 0
    for value, of in zip(values, types, strict=True):
        total = (31 * total + one(value, of)) & 0xFFFFFFFF
    return (total & 0x7FFFFFFF) % count


def signed(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def hive1_hash(value, of: str) -> int:
    if value is None:
        return 0
    if of == "int":
        return value
    if of == "bigint":
        unsigned = value & (1 << 64) - 1
        return signed(unsigned ^ (unsigned >> 32))
    total = 0
    for byte in struct.unpack(f"{len(value.encode())}b", value.encode()):
        total = signed(31 * total + byte)
    return total


def hive2_hash(value, of: str) -> int:
    if value is None:
        return 0
    packed = struct.pack(">i", value) if of == "int" else struct.pack(">q", value) if of == "bigint" else value.encode()
    return mmh3.hash(packed, 104729)


def spark_hash(value, of: str, seed: int) -> int:
    if value is None:
        return seed
    if of == "int":
        return mmh3.hash(struct.pack("<i", value), seed & 0xFFFFFFFF)
    if of == "bigint":
        return mmh3.hash(struct.pack("<q", value), seed & 0xFFFFFFFF)
    return spark_text_hash(value.encode(), seed)


def spark_text_hash(data: bytes, seed: int) -> int:
    """Each byte of the tail is mixed as a word of its own, unlike in the published Murmur3."""
    whole = len(data) // 4 * 4
    words = [struct.unpack_from("<i", data, at)[0] for at in range(0, whole, 4)]
    words += struct.unpack(f"{len(data) - whole}b", data[whole:])
    h = seed & 0xFFFFFFFF
    for word in words:
        k = word * 0xCC9E2D51 & 0xFFFFFFFF
        k = (k << 15 | k >> 17) & 0xFFFFFFFF
        h ^= k * 0x1B873593 & 0xFFFFFFFF
        h = (h << 13 | h >> 19) & 0xFFFFFFFF
        h = (h * 5 + 0xE6546B64) & 0xFFFFFFFF
    h ^= len(data)
    h ^= h >> 16
    h = h * 0x85EBCA6B & 0xFFFFFFFF
    h ^= h >> 13
    h = h * 0xC2B2AE35 & 0xFFFFFFFF
    return signed(h ^ h >> 16)
