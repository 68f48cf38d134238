import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { printable } from '../../../../core/diagnostic.js';
import type { Assessment } from '../api/answers.js';
import type { SessionView } from '../api/session.js';
import { time } from '../format/index.js';
import { Link } from '../ui/link.js';
import type { Navigation } from '../url/use-address.js';
import type { View } from '../views/view.js';
import { SignOutMenu } from './sign-out-menu.js';
import { ThemeButton } from './theme-button.js';

interface FrameProps {
  readonly at: Navigation;
  readonly session: SessionView;
  readonly views: readonly View[];
  readonly view: View | undefined;
  readonly assessments: readonly Assessment[];
  readonly assessment: Assessment | undefined;
  readonly children: ComponentChildren;
  readonly onSignedOut: () => void;
}

export function Frame({ at, session, views, view, assessments, assessment, children, onSignedOut }: FrameProps) {
  // Of many assessments, once and not for each key that is typed into a filter.
  const options = useMemo(
    () =>
      assessments.map(({ id, timestamp, region }) => (
        <option key={id} value={id} selected={id === assessment?.id}>
          {time(timestamp)} · {printable(region)} · {id}
        </option>
      )),
    [assessments, assessment?.id],
  );
  return (
    <div class="frame">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Link to="/" class="brand">
          aws2openstack
        </Link>
        {assessments.length > 0 && (
          <label class="field inline">
            <span>Assessment</span>
            <select
              value={assessment?.id ?? ''}
              onChange={({ currentTarget }) => {
                at.set({ assessment: currentTarget.value, cursor: undefined });
              }}
            >
              {options}
            </select>
          </label>
        )}
        <span class="end who">
          <ThemeButton />
          <SignOutMenu session={session} onSignedOut={onSignedOut} />
        </span>
      </header>
      <Menu views={views} current={view?.path} />
      <main id="main" tabIndex={-1}>
        <Heading path={at.path} title={view?.title ?? 'Not found'} />
        {children}
      </main>
    </div>
  );
}

/** Where another view is shown, the keyboard and a screen reader go on at its heading. */
function Heading({ path, title }: { readonly path: string; readonly title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current !== path) heading.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
}

function Menu({ views, current }: { readonly views: readonly View[]; readonly current: string | undefined }) {
  const groups = Map.groupBy(
    views.filter(({ group }) => group !== undefined),
    ({ group }) => group ?? '',
  );
  return (
    <nav class="menu" aria-label="Views">
      {[...groups].map(([group, own]) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul>
            {own.map(({ path, title }) => (
              <li key={path}>
                <Link to={path} current={path === current}>
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
