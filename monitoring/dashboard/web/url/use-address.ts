import { useEffect, useState } from 'preact/hooks';
import { changed, formatAddress, parseAddress } from './address.js';
import type { Address, QueryChange } from './address.js';

const moved = 'a2o-moved';

export interface Navigation extends Address {
  /** Another view of the same assessment. */
  readonly go: (path: string, query?: QueryChange) => void;
  /** The same view, otherwise; a change while typing replaces the address rather than adding to the history. */
  readonly set: (change: QueryChange, options?: { readonly replace?: boolean }) => void;
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
      moveTo(addressOf(path, query), false);
    },
    set: (change, { replace = false } = {}) => {
      const { path, query } = current();
      moveTo({ path, query: changed(query, change) }, replace);
    },
  };
}

/** A view of the assessment that is shown now. */
export function addressOf(path: string, query: QueryChange = {}): Address {
  const { assessment = [] } = current().query;
  return { path, query: changed({}, { assessment, ...query }) };
}

export function moveTo(address: Address, replace: boolean): void {
  const url = formatAddress(address);
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  dispatchEvent(new Event(moved));
}

function current(): Address {
  return parseAddress(location.pathname, location.search);
}
