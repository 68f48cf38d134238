import { useEffect, useState } from 'preact/hooks';
import { changed, formatAddress, parseAddress } from './address.js';
import type { Address, QueryChange } from './address.js';

const moved = 'a2o-moved';

export interface Navigation extends Address {
  /** Another view of the same assessment. */
  readonly go: (path: string, query?: QueryChange) => void;
  /** The same view, otherwise; a change while typing replaces the address rather than adding to the history. */
  readonly set: (change: QueryChange, options?: MoveOptions) => void;
}

export interface MoveOptions {
  /** The address before is not in the history. @default false */
  readonly replace?: boolean;
  /** From the page before in the same list, to which the browser's history leads back. @default false */
  readonly isNextPage?: boolean;
}

export function useAddress(): Navigation {
  const [address, setAddress] = useState(current);
  useEffect(() => {
    const follow = (): void => {
      setAddress(current());
    };
    addEventListener('popstate', follow);
    addEventListener(moved, follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener(moved, follow);
    };
  }, []);
  return {
    ...address,
    go: (path, query = {}) => {
      moveTo(addressOf(path, query));
    },
    set: (change, options) => {
      const { path, query } = current();
      moveTo({ path, query: changed(query, change) }, options);
    },
  };
}

/** A view of the assessment that is shown now. */
export function addressOf(path: string, query: QueryChange = {}): Address {
  const { assessment = [] } = current().query;
  return { path, query: changed({}, { assessment, ...query }) };
}

export function moveTo(address: Address, { replace = false, isNextPage = false }: MoveOptions = {}): void {
  const url = formatAddress(address);
  if (replace) history.replaceState(null, '', url);
  else history.pushState({ isNextPage }, '', url);
  dispatchEvent(new Event(moved));
}

/** Whether the browser's history leads back to the page before in the same list; a link to a page has none. */
export function hasPageBefore(): boolean {
  return (history.state as { readonly isNextPage?: boolean } | null)?.isNextPage === true;
}

let last: { readonly url: string; readonly address: Address } | undefined;

/** Parsed once, because every link of a view asks for it. */
function current(): Address {
  const url = location.pathname + location.search;
  if (last?.url !== url) last = { url, address: parseAddress(location.pathname, location.search) };
  return last.address;
}
