import { printable } from './diagnostic.js';

/** Longer texts make a table unreadable and a page endless. */
const longestCell = 200;

/** Catalog text as plain text in Markdown, also in a table cell: without markup, HTML or line breaks; 200 characters of it. */
export function escapeMarkdown(text: string): string {
  return escapeWholeMarkdown(text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text);
}

/** The same, of any length. */
export function escapeWholeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]()|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
