import type { Answers } from '../../api/answers.js';

type Story = Answers['get_table_story'];
type Check = NonNullable<Story['validated']>['checks'][number];

/** Something that happened to a table. */
export interface Happening {
  /** ISO 8601. */
  readonly at: string;
  readonly what: string;
  readonly status: string;
  /** Why, or where to. */
  readonly text: string;
}

/** The history of a table, the oldest event first. */
export function timelineOf(story: Story, assessedAt: string): readonly Happening[] {
  const { assessed, mapped, jobs, changes, validated } = story;
  const typeOf = new Map(jobs.map(({ job_id, job_type }) => [job_id, job_type]));
  const happenings: readonly Happening[] = [
    { at: assessedAt, what: 'Assessed', status: assessed.migration_readiness, text: assessed.notes.join('; ') },
    ...(mapped === null ? [] : [mapping(mapped)]),
    ...changes.map(({ job_id, status, error_message, at }) => ({
      at,
      what: typeOf.get(job_id) ?? 'Job',
      status,
      text: error_message ?? '',
    })),
    ...[...Map.groupBy(validated?.checks ?? [], ({ validated_at }) => validated_at)].map(([at, checks]) =>
      validation(at, checks),
    ),
  ];
  return happenings.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function mapping({ plan, item }: NonNullable<Story['mapped']>): Happening {
  const by = item.rule === null ? 'no rule matches' : `rule ${item.rule}`;
  return { at: plan.made_at, what: 'Mapped', status: item.outcome, text: `${item.what} (${by})` };
}

function validation(at: string, checks: readonly Check[]): Happening {
  const worst = (['failed', 'warning'] as const).find((status) => checks.some((check) => check.status === status));
  const remarkable = checks.filter(({ status, difference }) => status !== 'passed' && difference !== null);
  return {
    at,
    what: 'Validated',
    status: worst ?? 'passed',
    text: remarkable.map(({ validation_type, difference }) => `${validation_type}: ${difference ?? ''}`).join('; '),
  };
}
