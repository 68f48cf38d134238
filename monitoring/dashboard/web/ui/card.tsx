import type { ComponentChildren } from 'preact';

interface CardProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** One figure that is read at a glance. */
export function Card({ label, value, note }: CardProps) {
  return (
    <div class="card">
      <dt>{label}</dt>
      <dd>
        <span class="figure">{value}</span>
        {note !== undefined && <span class="note">{note}</span>}
      </dd>
    </div>
  );
}

export function Cards({ children }: { readonly children: ComponentChildren }) {
  return <dl class="cards">{children}</dl>;
}

interface PanelProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function Panel({ title, actions, wide = false, children }: PanelProps) {
  return (
    <section class={wide ? 'panel wide' : 'panel'}>
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
