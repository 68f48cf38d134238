import { printable } from './diagnostic.js';

/**
 * Catalog text as plain text in Markdown, also in a table cell: without markup, HTML or line breaks.
 *
 * @param maxLength characters that are kept; longer texts make a table unreadable and a page endless
 */
export function escapeMarkdown(text: string, maxLength = 200): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return printable(short)
    .replace(/[\\`*_[\]()|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
