import type { Answers } from '../../api/answers.js';
import { copies } from '../../format/job.js';

type Story = Answers['get_table_story'];

export interface Step {
  readonly name: string;
  /** `open` has not happened yet. */
  readonly state: 'done' | 'now' | 'bad' | 'open';
  readonly text: string;
}

/** How far the table is on its way: assessed, mapped, moved, validated. */
export function stepsOf({ assessed, mapped, jobs, validated }: Story): readonly Step[] {
  const job = jobs.find(copies);
  return [
    { name: 'Assessed', state: 'done', text: assessed.migration_readiness },
    mappedStep(mapped),
    movedStep(job),
    validatedStep(validated, job?.validation_status ?? null),
  ];
}

function mappedStep(mapped: Story['mapped']): Step {
  if (mapped === null) return { name: 'Mapped', state: 'open', text: 'not yet' };
  const { outcome } = mapped.item;
  return { name: 'Mapped', state: outcome === 'blocked' ? 'bad' : 'done', text: outcome };
}

function movedStep(job: Story['jobs'][number] | undefined): Step {
  const name = 'Moved';
  if (job === undefined) return { name, state: 'open', text: 'not yet' };
  const states = {
    COMPLETED: 'done',
    FAILED: 'bad',
    CANCELLED: 'bad',
    RUNNING: 'now',
    PENDING: 'now',
    PAUSED: 'now',
  } as const;
  return { name, state: states[job.status], text: job.status };
}

function validatedStep(validated: Story['validated'], status: 'passed' | 'warning' | 'failed' | null): Step {
  const name = 'Validated';
  if (validated === null || status === null) return { name, state: 'open', text: 'not yet' };
  return { name, state: status === 'failed' ? 'bad' : 'done', text: status };
}
