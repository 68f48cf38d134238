/** As questions take it. Text without `*` or `?` may stand anywhere in a name. */
export function patternOf(search: string | undefined): string | undefined {
  if (search === undefined) return undefined;
  return /[*?]/.test(search) ? search : `*${search}*`;
}
