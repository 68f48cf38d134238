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
