import type { ComponentChildren } from 'preact';
import { printable } from '../../../../core/diagnostic.js';
import type { Loadable } from '../api/use-answer.js';
import { Prose } from './prose.js';

interface AnswerProps<T> {
  readonly of: Loadable<T>;
  readonly children: (value: T) => ComponentChildren;
}

/** What was answered; while it loads, what was there before; where it failed, why and what to do. */
export function Answer<T>({ of, children }: AnswerProps<T>) {
  if (of.state === 'failed') return <Failed problems={of.failure.problems} />;
  const isLoading = of.state === 'loading';
  const value = isLoading ? of.before : of.value;
  if (value === undefined) return <Loading />;
  // One element for both states, so that what is shown is updated in place and not built anew.
  return (
    <div class="answer" aria-busy={isLoading}>
      {children(value)}
    </div>
  );
}

export function Loading() {
  return (
    <p class="state" role="status">
      Loading…
    </p>
  );
}

interface FailedProps {
  readonly problems: readonly { readonly message: string; readonly fix: string }[];
}

export function Failed({ problems }: FailedProps) {
  const shown = problems.length > 0 ? problems : [{ message: 'This could not be loaded.', fix: 'Reload the page.' }];
  return (
    <div class="callout bad" role="alert">
      {shown.map(({ message, fix }, index) => (
        <p key={index}>
          <strong>
            <Prose text={printable(message)} />
          </strong>{' '}
          <Prose text={printable(fix)} />
        </p>
      ))}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}
