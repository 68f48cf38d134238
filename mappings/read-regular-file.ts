import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a file that a template names, with at most one byte beyond `maxBytes`; `undefined` for a folder, a device and
 * a pipe. Opened without waiting for a writer, and never read further, so that no file can hang the tool or fill its memory.
 * Throws the system's errors.
 */
export function readRegularFile(path: string, maxBytes: number): string | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) return undefined;
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    let read;
    do {
      read = readSync(file, buffer, length, buffer.length - length, null);
      length += read;
    } while (read > 0 && length < buffer.length);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
