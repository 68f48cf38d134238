/**
 * Whether a program that takes keys for paths copies an object under exactly this key. Otherwise it may say nothing and
 * write under another one: such programs join slashes, resolve dots, make one of two Unicode forms of a name, and write
 * some characters as others that look like them. Keys that they might change, seldom as those are, do not reach them.
 */
export function isPathLike(key: string): boolean {
  if (!key.isWellFormed() || key !== key.normalize('NFC') || changed.test(key)) return false;
  return key.split('/').every((name) => name !== '' && name.trim() === name && !name.endsWith('.'));
}

/**
 * Control and format characters; the symbols and full-width forms that stand for others in rclone's names, and the mark
 * that quotes them. Source: rclone documentation, 'Restricted filenames', and rclone's `lib/encoder`; AWS DataSync user
 * guide, 'Object considerations with Amazon S3 transfers'.
 */
const changed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u201b\u2400-\u243f\uff00-\uffef\ufffd]/u;
