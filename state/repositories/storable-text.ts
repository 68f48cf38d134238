/** Whether PostgreSQL can store all texts and names in a value: its text and jsonb allow neither NUL nor unpaired surrogates. */
export function isStorable(value: object): boolean {
  let storable = true;
  JSON.stringify(value, (name, inner: unknown) => {
    if (!isStorableText(name) || (typeof inner === 'string' && !isStorableText(inner))) storable = false;
    return inner;
  });
  return storable;
}

function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** PostgreSQL takes neither NUL nor half a surrogate pair; both are shown as something else. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed();
}

/** JSON text in which every text, and every name, is storable. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner === 'string') return storableText(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [storableText(name), each]));
  });
}
