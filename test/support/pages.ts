import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import type { Page, PageRequest } from '../../state/repositories/page.js';

type ReadPage<T> = (page: PageRequest) => Promise<Result<Page<T>>>;

/** Everything, page by page; more than a thousand pages are an error. */
export async function readAll<T>(read: ReadPage<T>, size: number): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = valueOf(await read({ size, cursor }));
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = page.next;
  }
  throw new Error('the pages never end');
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'));
  return result.value;
}

/** The one thing that is wrong. */
export function problemOf(result: Result<unknown>): Diagnostic {
  if (result.ok) throw new Error('nothing was wrong');
  const [only, ...others] = result.error;
  if (only === undefined || others.length > 0) throw new Error(`${result.error.length} problems`);
  return only;
}
