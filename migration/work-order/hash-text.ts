import type { ByteReader, ByteWriter } from './bytes.js';

const forms = { text: 0, hash: 1, hashOfParts: 2 } as const;

/** A hash in hexadecimal, alone or as `<hash>-<parts>`, in half of its size; any other text as it is. */
export function writeHash(writer: ByteWriter, text: string, bytes: number): void {
  const [, hex = '', parts] = /^([0-9a-f]*)(?:-([1-9][0-9]{0,8}))?$/.exec(text) ?? [];
  if (hex.length !== 2 * bytes) writer.number(forms.text).text(text);
  else if (parts === undefined) writer.number(forms.hash).raw(Buffer.from(hex, 'hex'));
  else writer.number(forms.hashOfParts).raw(Buffer.from(hex, 'hex')).number(Number(parts));
}

export function readHash(reader: ByteReader, bytes: number): string {
  const form = reader.number();
  if (form === forms.text) return reader.text();
  const hex = reader.raw(bytes).toString('hex');
  return form === forms.hash ? hex : `${hex}-${reader.number()}`;
}
