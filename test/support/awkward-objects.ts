import { gzipSync } from 'node:zlib';

/** An object that tools lose, rename or change. */
export interface AwkwardObject {
  readonly key: string;
  readonly content: Buffer;
  readonly headers?: {
    readonly ContentType?: string;
    readonly ContentEncoding?: string;
    readonly ContentDisposition?: string;
    readonly ContentLanguage?: string;
    readonly CacheControl?: string;
    readonly Expires?: Date;
    readonly Metadata?: Record<string, string>;
    readonly Tagging?: string;
  };
}

const long = 'k'.repeat(1000);

/** Each is its own key; several tools take some of them for one another. */
const keys: readonly string[] = [
  'plain.txt',
  'a/b/c.parquet',
  'year=2024/month=01/part-00000.snappy.parquet',
  // Slashes.
  '/leading',
  '//two-leading',
  'double//inside',
  'triple///inside',
  'lead//',
  'tailslash/',
  'dir/',
  'dir//',
  'dir/sub/',
  '/',
  '//',
  // Dots.
  '.',
  '..',
  './a',
  '../a',
  'a/.',
  'a/..',
  'a/../b',
  'a/./c',
  '.hidden',
  '...',
  // Blanks and characters of URLs.
  'with space',
  ' leading-space',
  'trailing-space ',
  'sp/trail./',
  'plus+sign',
  'plus sign',
  'percent%',
  'percent%20encoded',
  '%2F',
  '%2e%2e/x',
  'question?mark=1&b=2',
  'hash#tag',
  'semi;colon',
  'comma,equals=',
  'at@dollar$amp&',
  'colon:pipe|star*',
  'quotes"and\'ticks`',
  'brackets[](){}<>',
  'exclaim!~tilde',
  'back\\slash',
  'caret^',
  // Unicode.
  'caf\u00e9-nfc',
  'cafe\u0301-nfc',
  'twin-\u00e9',
  'twin-e\u0301',
  '\u65e5\u672c\u8a9e/\u30c6\u30b9\u30c8',
  'emoji-\u{1f600}',
  'rtl-\u202eabc',
  'zero\u200bwidth',
  'fullwidth\uff0f',
  'bom\ufeffinside',
  'null-like-\u2400',
  // Case twins.
  'Case/Twin',
  'case/twin',
  'CASE/TWIN',
  // Control characters.
  'tab\there',
  'newline\nhere',
  'return\rhere',
  'crlf\r\nhere',
  'bell\u0007here',
  'escape\u001b[31m',
  'delete\u007f',
  'next-line\u0085',
  // Lengths, of 1,024 bytes.
  'k'.repeat(1024),
  `${'\u00e9'.repeat(511)}kk`,
  `${long}/${'d'.repeat(23)}`,
];

export const awkwardObjects: readonly AwkwardObject[] = [
  ...keys.map((key) => ({ key, content: Buffer.from(`content of ${JSON.stringify(key)}`) })),
  { key: 'empty', content: Buffer.alloc(0) },
  { key: 'marker/', content: Buffer.alloc(0), headers: { ContentType: 'application/x-directory' } },
  {
    key: 'data.csv.gz',
    content: gzipSync('id,name\n1,a\n'),
    headers: { ContentType: 'text/csv; charset=utf-8', ContentEncoding: 'gzip' },
  },
  {
    key: 'with-headers',
    content: Buffer.from('headers'),
    headers: {
      ContentType: 'application/json',
      ContentDisposition: 'attachment; filename="a b.json"',
      ContentLanguage: 'de',
      CacheControl: 'max-age=60, public',
      Expires: new Date('2031-02-03T04:05:06Z'),
    },
  },
  {
    key: 'with-metadata',
    content: Buffer.from('metadata'),
    headers: { Metadata: { owner: 'sales', 'two-words': 'a  b', under_score: 'x=1;y=2', mtime: '1700000000.5' } },
  },
  {
    key: 'with-tags',
    content: Buffer.from('tags'),
    headers: { Tagging: 'team=sales%20%26%20more&empty=&a%2Fb=c%2Bd' },
  },
  { key: 'binary', content: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
  { key: 'crlf-content', content: Buffer.from('a\r\nb\rc\n\u0000') },
];
