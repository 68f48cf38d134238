import { namesOf as dnsNamesOf } from '../dns/record-moves.js';
import type { WaveProblem } from './problem.js';
import { cellPlace } from './cell-place.js';
import type { ReadMachine } from './read-wave-file.js';
import type { WaveFile } from './wave-file.js';

/** The problems that only show when all machines and applications are known. */
export function orderProblems(file: WaveFile, machines: readonly ReadMachine[]): readonly WaveProblem[] {
  return [
    ...repeated(machines),
    ...repeatedNames(machines),
    ...repeatedWaves(file),
    ...unknownDependencies(file),
    ...circles(file),
    ...backwards(file),
  ];
}

function error(place: Pick<WaveProblem, 'path' | 'csv'>, message: string, fix: string): WaveProblem {
  return { code: 'wave-file', severity: 'error', ...place, message, fix };
}

function repeated(machines: readonly ReadMachine[]): readonly WaveProblem[] {
  const fields = [
    ['migrationId', ({ payload }: ReadMachine) => payload.migrationId],
    ['sourceVmId', ({ payload }: ReadMachine) => payload.sourceVmId],
    ['targetVmName', ({ payload }: ReadMachine) => `${payload.environment}/${payload.targetVmName}`],
    [
      'fixedIp',
      ({ payload }: ReadMachine) => payload.network?.fixedIp && `${payload.subnetId}/${payload.network.fixedIp}`,
    ],
    ['macAddress', ({ payload }: ReadMachine) => payload.network?.macAddress?.toLowerCase()],
  ] as const;
  return fields.flatMap(([field, valueOf]) => {
    const first = new Map<string, ReadMachine>();
    return machines.flatMap((machine) => {
      const value = valueOf(machine);
      const before = value === undefined ? undefined : first.get(value);
      if (value !== undefined && before === undefined) first.set(value, machine);
      if (before === undefined) return [];
      const shown = value?.replace(/^.*\//, '') ?? '';
      return [
        error(
          cellPlace(machine, [[field]]),
          `The ${field} ${shown} of ${machine.payload.migrationId} is also used by ${before.payload.migrationId}.`,
          `Give each machine its own ${field}, or remove one of the two.`,
        ),
      ];
    });
  });
}

/** A name leads to one machine: of two, the later cutover would take it from the other. */
function repeatedNames(machines: readonly ReadMachine[]): readonly WaveProblem[] {
  const first = new Map<string, ReadMachine>();
  return machines.flatMap((machine) => {
    const { dns, targetVmName, migrationId } = machine.payload;
    return (dns === undefined ? [] : dnsNamesOf(dns, targetVmName)).flatMap((name) => {
      const before = first.get(name);
      if (before === undefined) {
        first.set(name, machine);
        return [];
      }
      return [
        error(
          cellPlace(machine, [['dns', 'names'], ['targetVmName']]),
          `The DNS name ${name} of ${migrationId} is also used by ${before.payload.migrationId}.`,
          'Give each machine its own dns.names, or remove the name of one of the two.',
        ),
      ];
    });
  });
}

function repeatedWaves({ waves }: WaveFile): readonly WaveProblem[] {
  return waves.flatMap(({ name }, index) =>
    waves.findIndex((wave) => wave.name === name) === index
      ? []
      : [error({ path: ['waves', index, 'name'] }, `The wave ${name} appears twice.`, 'Give each wave its own name.')],
  );
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly wave: number;
  readonly path: WaveProblem['path'];
}

function edgesOf({ waves }: WaveFile): readonly Edge[] {
  return waves.flatMap(({ applications }, wave) =>
    applications.flatMap(({ name, after = [] }, index) =>
      after.map((to, position) => ({
        from: name,
        to,
        wave,
        path: ['waves', wave, 'applications', index, 'after', position],
      })),
    ),
  );
}

function namesOf({ waves }: WaveFile): ReadonlySet<string> {
  return new Set(waves.flatMap(({ applications }) => applications.map(({ name }) => name)));
}

function unknownDependencies(file: WaveFile): readonly WaveProblem[] {
  const names = namesOf(file);
  return edgesOf(file)
    .filter(({ to }) => !names.has(to))
    .map(({ from, to, path }) =>
      error(
        { path },
        `${from} waits for ${to}, which no wave of the file has.`,
        `Correct the name (there are ${[...names].sort().join(', ')}), or remove it if ${to} has moved already.`,
      ),
    );
}

/** Applications that wait for one another in a circle would wait for ever. */
function circles(file: WaveFile): readonly WaveProblem[] {
  const edges = edgesOf(file);
  const after = new Map<string, readonly Edge[]>();
  for (const edge of edges) after.set(edge.from, [...(after.get(edge.from) ?? []), edge]);
  const done = new Set<string>();
  const problems: WaveProblem[] = [];
  const visit = (name: string, way: readonly Edge[]): void => {
    if (done.has(name)) return;
    const start = way.findIndex(({ from }) => from === name);
    const last = way.at(-1);
    if (start >= 0 && last !== undefined) {
      const circle = [...way.slice(start).map(({ from }) => from), name];
      problems.push(
        error(
          { path: last.path },
          `Applications wait for one another: ${circle.join(' → ')}.`,
          `Remove one of the 'after' entries.`,
        ),
      );
      return;
    }
    for (const edge of after.get(name) ?? []) visit(edge.to, [...way, edge]);
    done.add(name);
  };
  for (const name of after.keys()) visit(name, []);
  return problems;
}

/** An application that waits for one of a later wave holds its own wave up. */
function backwards(file: WaveFile): readonly WaveProblem[] {
  const lastWave = new Map<string, number>();
  file.waves.forEach(({ applications }, index) => {
    for (const { name } of applications) lastWave.set(name, index);
  });
  return edgesOf(file).flatMap(({ from, to, wave, path }) => {
    const other = lastWave.get(to) ?? wave;
    if (other <= wave) return [];
    return [
      {
        code: 'wave-order',
        severity: 'warning' as const,
        path,
        message: `${from} of ${file.waves[wave]?.name ?? ''} waits for ${to}, which moves later, in ${file.waves[other]?.name ?? ''}.`,
        fix: `Move ${to} into the same wave or an earlier one.`,
      },
    ];
  });
}
