export type StepName =
  | 'prerequisites'
  | 'freeze'
  | 'final-pass'
  | 'checks'
  | 'endpoints'
  | 'dns'
  | 'smoke-test'
  | 'last-listing'
  | 'writers-on';

export interface Step {
  /** Its purpose, for people. */
  readonly title: string;
  /** Whether the operator may name a hook for it. */
  readonly takesHook: boolean;
  /** Whether `back` calls the hook, to take back what it did. */
  readonly isTakenBack: boolean;
}

export const steps: Readonly<Record<StepName, Step>> = {
  prerequisites: { title: 'what must hold first', takesHook: false, isTakenBack: false },
  freeze: { title: 'nothing writes at the source any more', takesHook: true, isTakenBack: true },
  'final-pass': {
    title: 'what has changed since is copied; the source is listed once more',
    takesHook: true,
    isTakenBack: false,
  },
  checks: { title: 'everything that must hold, once more', takesHook: false, isTakenBack: false },
  endpoints: { title: 'clients use the services of the target', takesHook: true, isTakenBack: true },
  dns: { title: 'names lead to the target', takesHook: true, isTakenBack: true },
  'smoke-test': { title: 'the target answers as clients need it', takesHook: true, isTakenBack: false },
  'last-listing': { title: 'the source is as it was copied', takesHook: false, isTakenBack: false },
  'writers-on': {
    title: 'the target takes writes: from here on there is no way back',
    takesHook: true,
    isTakenBack: true,
  },
};

/** All at once: reads and writes move together, while nothing writes. */
export const bigBang: readonly StepName[] = [
  'prerequisites',
  'freeze',
  'final-pass',
  'checks',
  'endpoints',
  'dns',
  'smoke-test',
  'last-listing',
  'writers-on',
];

/** After it, the target has what the source lacks. */
export const pointOfNoReturn: StepName = 'writers-on';
