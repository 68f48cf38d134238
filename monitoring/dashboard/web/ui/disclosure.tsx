import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface DisclosureProps {
  readonly class: string;
  readonly summary: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A native disclosure over the page, which a click elsewhere closes, and the key Escape. */
export function Disclosure({ class: className, summary, children }: DisclosureProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = ({ target }: Event): void => {
      if (details.current?.open === true && !details.current.contains(target as Node)) details.current.open = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('focusin', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('focusin', close);
    };
  }, []);
  return (
    <details
      ref={details}
      class={`disclosure ${className}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || details.current?.open !== true) return;
        details.current.open = false;
        details.current.querySelector('summary')?.focus();
      }}
    >
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
