import { gzipSync } from 'node:zlib';
import { outsideMap } from '../diagnostics.js';
import { replaceTexts } from '../metadata/json-leaves.js';
import { placeKind } from '../metadata/metadata-paths.js';
import { metadataText } from '../metadata/table-metadata.js';
import type { Made, RewriteSession } from './session.js';

/**
 * The paths in a metadata file become those of the target; numbers, order and blanks stay. A property of the user that is
 * a path below a mapped bucket is one, too.
 */
export function rewriteMetadataText(session: RewriteSession, uri: string, content: Buffer, isLive: boolean): Made {
  const { text, isGzip } = metadataText(content);
  const { table, map } = session.settings;
  const unknown: string[] = [];
  const rewritten = replaceTexts(text, ({ path, text: value }) => {
    const kind = placeKind(path);
    if (kind === 'text' || value === '') return undefined;
    const mapped = map.map(value);
    if (mapped !== undefined || kind === 'property') return mapped;
    // The table may have come from a bucket that is long gone; nobody reads what the log names.
    session.report(outsideMap({ table, file: uri }, value), isLive && kind === 'path');
    if (kind === 'path') unknown.push(value);
    return undefined;
  });
  if (unknown.length > 0) return undefined;
  return { content: isGzip ? gzipSync(rewritten) : Buffer.from(rewritten) };
}
