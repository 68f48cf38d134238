/** An int or a long, zigzag and in groups of seven bits. Source: Apache Avro 1.12 specification, 'Binary encoding'. */
export function encodeNumber(value: number): Buffer {
  const encoded: number[] = [];
  const integer = BigInt(value);
  let rest = integer < 0n ? -2n * integer - 1n : 2n * integer;
  for (; rest >= 128n; rest >>= 7n) encoded.push(Number(rest & 127n) | 128);
  return Buffer.from([...encoded, Number(rest)]);
}

export function encodeBytes(bytes: Uint8Array): Buffer {
  return Buffer.concat([encodeNumber(bytes.length), bytes]);
}
