import type { ComponentType } from 'preact';
import type { Assessment } from '../api/answers.js';
import type { SessionView } from '../api/session.js';
import type { Navigation } from '../url/use-address.js';

export interface ViewProps {
  readonly at: Navigation;
  readonly assessment: Assessment;
  readonly assessments: readonly Assessment[];
  readonly session: SessionView;
}

/** One page of the dashboard; a folder of its own. */
export interface View {
  readonly path: string;
  readonly title: string;
  /** Heading of the menu; views without one are reached from others. */
  readonly group: 'Assess' | 'Transform' | 'Migrate' | 'Prove' | 'Account' | undefined;
  /** Who sees it. @default viewer */
  readonly access?: 'operator';
  readonly Page: ComponentType<ViewProps>;
}
