import { hasPageBefore } from '../url/use-address.js';
import type { Navigation } from '../url/use-address.js';

interface PagerProps {
  readonly next: string | null;
  readonly at: Navigation;
  readonly rows: number;
}

/** Pages by cursor: forwards by the list's own, back by the browser's history or to the first page. */
export function Pager({ next, at, rows }: PagerProps) {
  const isFirst = at.query.cursor === undefined;
  if (isFirst && next === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <button
        type="button"
        disabled={isFirst}
        onClick={() => {
          at.set({ cursor: undefined });
        }}
      >
        First page
      </button>
      <button
        type="button"
        disabled={isFirst}
        onClick={() => {
          if (hasPageBefore()) history.back();
          else at.set({ cursor: undefined });
        }}
      >
        Previous
      </button>
      <span>{rows} rows</span>
      <button
        type="button"
        disabled={next === null}
        onClick={() => {
          at.set({ cursor: next ?? undefined }, { isNextPage: true });
          scrollTo(0, 0);
        }}
      >
        Next
      </button>
    </nav>
  );
}
