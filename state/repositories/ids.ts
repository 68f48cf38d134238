/** How people see an assessment: `assessment-` and the first digits of its UUID. */
export function shownId(id: string, digits = 6): string {
  return `assessment-${id.replaceAll('-', '').slice(0, digits)}`;
}

/** The range of UUIDs that a shown id, a UUID or its first digits may mean; null for any other text. */
export function idRange(reference: string): { readonly from: string; readonly to: string } | null {
  const digits = reference
    .replace(/^assessment-/, '')
    .replaceAll('-', '')
    .toLowerCase();
  if (!/^[0-9a-f]{4,32}$/.test(digits)) return null;
  return { from: uuidOf(digits.padEnd(32, '0')), to: uuidOf(digits.padEnd(32, 'f')) };
}

/** 32 hexadecimal digits, written as a UUID. */
export function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
