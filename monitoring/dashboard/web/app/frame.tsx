import type { ComponentChildren } from 'preact';
import type { Assessment } from '../api/answers.js';
import { signOut } from '../api/session.js';
import type { SessionView } from '../api/session.js';
import { time } from '../format/index.js';
import { Link } from '../ui/link.js';
import type { Navigation } from '../url/use-address.js';
import type { View } from '../views/view.js';
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
              {assessments.map(({ id, timestamp, region }) => (
                <option key={id} value={id} selected={id === assessment?.id}>
                  {time(timestamp)} · {region} · {id}
                </option>
              ))}
            </select>
          </label>
        )}
        <span class="end who">
          <ThemeButton />
          <span>
            {session.who} <span class="muted">({session.role})</span>
          </span>
          <button
            type="button"
            class="plain"
            onClick={() => {
              void signOut().then(onSignedOut);
            }}
          >
            Sign out
          </button>
        </span>
      </header>
      <Menu views={views} current={view?.path} />
      <main id="main" tabIndex={-1}>
        <h1>{view?.title ?? 'Not found'}</h1>
        {children}
      </main>
    </div>
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
