/** A parameter map as AWS returns it, without entries that are not text. Never `undefined`. */
export function textMap(map: Readonly<Record<string, unknown>> | null | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(map ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A non-empty text, or `null`. */
export function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

export function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === 'true';
}

/** ISO 8601, UTC; `null` for an absent or impossible time. */
export function isoTime(time: Date | undefined): string | null {
  return time === undefined || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
