import { printable } from '../../core/diagnostic.js';

/** Longer texts make a table unreadable and a page endless. */
const maxLength = 200;

/** Catalog text as plain text in Markdown, also in a table cell: without markup, HTML or line breaks. */
export function escapeMarkdown(text: string): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return printable(short)
    .replace(/[\\`*_[\]()|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
