/**
 * Whether rclone carries an object under exactly this key. Where it does not, it may say nothing and write under another
 * one: it takes keys for paths, joins slashes, resolves dots, makes one of two Unicode forms of a name, and writes some
 * characters as others that look like them. Keys that it might change, seldom as they are, do not reach it.
 */
export function isCarriedExactly(key: string): boolean {
  if (!key.isWellFormed() || key !== key.normalize('NFC') || changed.test(key)) return false;
  return key
    .split('/')
    .every((name) => name !== '' && !/^\.+$/.test(name) && name.trim() === name && !name.endsWith('.'));
}

/**
 * Control and format characters; the symbols and full-width forms that stand for others in its names, and the mark that
 * quotes them. Source: rclone documentation, 'Restricted filenames', and rclone's `lib/encoder`.
 */
const changed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u201b\u2400-\u243f\uff00-\uffef\ufffd]/u;
