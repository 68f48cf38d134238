import type { ComponentType } from 'preact';
import type { Assessment } from '../api/answers.js';
import type { SessionView } from '../api/session.js';
import type { Navigation } from '../url/use-address.js';

export interface StoreViewProps {
  readonly at: Navigation;
  readonly session: SessionView;
}

export interface ViewProps extends StoreViewProps {
  readonly assessment: Assessment;
  readonly assessments: readonly Assessment[];
}

/** One page of the dashboard, in its own folder. */
export type View = ViewOfAssessment | ViewOfStore;

interface AnyView {
  readonly path: string;
  readonly title: string;
  /** Heading of the menu; views without one are reached from others. */
  readonly group: 'Assess' | 'Transform' | 'Migrate' | 'Prove' | 'Account' | undefined;
  /** Who sees it. @default viewer */
  readonly access?: 'operator';
}

interface ViewOfAssessment extends AnyView {
  readonly of?: 'assessment';
  readonly Page: ComponentType<ViewProps>;
}

/** Shows the same for every assessment, and without one. */
interface ViewOfStore extends AnyView {
  readonly of: 'store';
  readonly Page: ComponentType<StoreViewProps>;
}
