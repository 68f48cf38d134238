import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Paper } from '../paper.js';
import { loadFonts } from './fonts.js';
import { breakLongWords, visibleText } from './visible-text.js';

const template = join(import.meta.dirname, 'paper.typ');

/**
 * The paper as a tagged PDF (PDF/UA-1) with its fonts. Equal papers give equal bytes. The texts reach Typst as data, never as
 * markup. Fails where Typst has no program for this platform.
 */
export async function renderPdf(paper: Paper): Promise<Result<Buffer>> {
  const engine = await loadEngine();
  if (!engine.ok) return engine;
  const { compiler, covers } = engine.value;
  const date = new Date(paper.date);
  const data = {
    ...shown(paper, covers),
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
  const compiled = compiler.compile({
    mainFileContent: readFileSync(template, 'utf8'),
    inputs: { paper: JSON.stringify(data) },
  });
  const document = compiled.result;
  if (document === null)
    throw new Error(`Typst does not compile the template: ${JSON.stringify(compiled.takeError()?.shortDiagnostics)}`);
  const pdf = compiler.pdf(document, { pdfStandard: 'ua-1', creationTimestamp: Math.floor(date.getTime() / 1000) });
  compiler.evictCache(0);
  return ok(pdf);
}

async function loadEngine() {
  try {
    const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler');
    const { files, covers } = loadFonts();
    return ok({ compiler: NodeCompiler.create({ fontArgs: [{ fontBlobs: [...files] }] }), covers });
  } catch (error) {
    return fail([
      diagnostic({
        code: 'pdf-engine-missing',
        message: `Typst, which makes the PDF, cannot be loaded on ${process.platform} ${process.arch} (${firstLine(error)}).`,
        fix: 'Run npm ci without --omit=optional, or set --format markdown.',
      }),
    ]);
  }
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? '';
}

/** The same data with every text made visible, and pieces of text as objects that the template reads. */
function shown(value: unknown, covers: (codePoint: number) => boolean): Record<string, unknown> {
  const walk = (inner: unknown, place: 'cell' | 'line'): unknown => {
    if (typeof inner === 'string') return breakLongWords(visibleText(inner, covers), place);
    if (Array.isArray(inner)) return inner.map((part) => walk(part, place));
    if (typeof inner === 'object' && inner !== null)
      return Object.fromEntries(
        Object.entries(inner).map(([key, part]) => [
          key,
          keywords.has(key) ? part : walk(part, cells.has(key) ? 'cell' : place),
        ]),
      );
    return inner;
  };
  return walk(value, 'line') as Record<string, unknown>;
}

/** Keys of what is laid out in columns. */
const cells: ReadonlySet<string> = new Set(['rows', 'columns', 'bars', 'tiles']);

/** Keys whose values the template compares. */
const keywords: ReadonlySet<string> = new Set(['kind', 'tone', 'align', 'width', 'date']);
