/**
 * Files are named by URIs exactly as the table's metadata spells them: never trimmed, decoded or normalized. Each is read
 * and written as a whole: the largest, manifests, have 8 MB by default. Failures of the store are thrown by the port and
 * pass through this folder unchanged.
 */
export interface FileReader {
  /** `undefined` when there is no such file. */
  read(uri: string, signal: AbortSignal): Promise<Buffer | undefined>;
}

export interface FileWriter {
  /** Replaces what is there, all or nothing. */
  write(uri: string, content: Buffer, signal: AbortSignal): Promise<void>;
}

export interface FileSizes {
  /** In bytes; `undefined` when there is no such file. */
  sizeOf(uri: string, signal: AbortSignal): Promise<number | undefined>;
}
