/**
 * A file of a table is not what it should be. Thrown by the readers of this folder and turned into a Diagnostic, with
 * table and file, where the file was asked for. The message is a clause whose subject is the file: 'ends inside a value'.
 */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';
}

/** Text that is UTF-8, with a byte order mark kept. Throws `MalformedFile` for anything else. */
export function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new MalformedFile('holds text that is not UTF-8', { cause });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
