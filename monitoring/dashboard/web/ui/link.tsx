import type { ComponentChildren } from 'preact';
import { formatAddress } from '../url/address.js';
import type { QueryChange } from '../url/address.js';
import { addressOf, moveTo } from '../url/use-address.js';

interface LinkProps {
  readonly to: string;
  readonly query?: QueryChange;
  readonly current?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** To another view of the same assessment; opens in a new tab as any link does. */
export function Link({ to, query, current = false, class: className, children }: LinkProps) {
  const address = addressOf(to, query);
  return (
    <a
      href={formatAddress(address)}
      class={className}
      {...(current && { 'aria-current': 'page' as const })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        moveTo(address);
        scrollTo(0, 0);
      }}
    >
      {children}
    </a>
  );
}
