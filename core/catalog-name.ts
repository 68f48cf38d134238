/** `sales.orders` of its parts; a part with a dot or a quote is quoted, so that no two tables share a name. */
export function catalogName(...parts: readonly string[]): string {
  return parts.map((part) => (/[."]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join('.');
}
