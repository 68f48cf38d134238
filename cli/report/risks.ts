import type { PlannedFiles } from '../../mappings/index.js';
import type { Block } from '../../papers/index.js';
import { isConversion } from '../../registration/index.js';
import { number } from '../migrate/view.js';
import type { Outlook } from './outlook.js';

/** The risks of the plan; only those that this catalog and this mapping show. */
export function riskBlocks(planned: PlannedFiles, outlook: Outlook): readonly Block[] {
  const risks = risksOf(planned, outlook);
  return [
    { kind: 'heading', text: 'Risks' },
    {
      kind: 'table',
      columns: [
        { title: 'Risk', width: 4 },
        { title: 'What helps', width: 5 },
      ],
      rows: risks.map(({ risk, help }) => [risk, help]),
    },
  ];
}

interface Risk {
  readonly risk: string;
  readonly help: string;
}

function risksOf({ plan, assessment }: PlannedFiles, { unknownSizes, estimate }: Outlook): readonly Risk[] {
  const { target, tables, blocked, size } = plan;
  const views = tables.filter(({ method }) => method === 'view').length;
  const converted = tables.filter(({ method }) => isConversion(method)).length;
  const isGuessed = size.figures.some(({ name, confidence }) => name === 'trino.workers' && confidence === 'low');
  const when = (applies: boolean, risk: string, help: string): readonly Risk[] => (applies ? [{ risk, help }] : []);
  return [
    ...when(
      !assessment.summary.complete,
      'The assessment is incomplete: parts of the catalog could not be read, or were left out.',
      'Grant the permissions that it names, and assess again before deciding.',
    ),
    ...when(
      blocked.length > 0,
      `${number(blocked.length)} assets are blocked; whoever needs them keeps AWS running for them.`,
      'Decide on each reason above before the first wave.',
    ),
    ...when(
      unknownSizes > 0,
      `The size of ${number(unknownSizes)} tables is unknown, so time and cost may be higher.`,
      'Run aws2openstack migrate plan, which lists the buckets.',
    ),
    ...when(
      isGuessed,
      'The number of query machines is an estimate from data sizes; nobody has measured the queries.',
      'Set the peak load in the mapping, or begin with the first wave and measure.',
    ),
    ...when(
      views > 0,
      `${number(views)} views are run by another version of Trino than Athena’s.`,
      'Compare their answers on both sides during validation.',
    ),
    ...when(
      converted > 0,
      `${number(converted)} tables are rewritten, and need their space twice until they are validated.`,
      'Keep that space free in the object store; the copies are dropped afterwards.',
    ),
    ...when(
      target.topology === 'small',
      'The lakehouse is a single machine: when it fails, nobody can query.',
      'Choose the topology standard or ha for production.',
    ),
    ...when(
      estimate.seconds > 14 * 86_400,
      'Copying takes more than two weeks; data changes meanwhile.',
      'Plan for further passes, which copy only what changed, or for a faster line.',
    ),
    ...when(
      true,
      'Whatever still writes at AWS after a table was copied is missing at the target.',
      'Name every writer before a cutover; the last pass copies what changed, and validation compares.',
    ),
  ];
}
