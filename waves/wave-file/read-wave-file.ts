import type { ErrorObject } from 'ajv';
import { describeViolation } from '../../core/violation.js';
import { readPayload } from '../payload/index.js';
import type { Payload } from '../payload/index.js';
import { cellPlace } from './cell-place.js';
import { csvMachines } from './csv-machines.js';
import type { CsvMachine } from './csv-machines.js';
import { orderProblems } from './order-problems.js';
import type { WaveProblem } from './problem.js';
import checks from './wave-checks.cjs';
import type { Application, MachineDefaults, Wave, WaveFile, WaveMachine } from './wave-file.js';

/** A machine of a wave file, and where it stands. */
export interface ReadMachine {
  readonly payload: Payload;
  /** For the plan; null where nothing says. */
  readonly diskGb: number | null;
  readonly place: Place;
  /** Where its values stand, if that is a CSV file. */
  readonly cells?: CsvMachine['cells'];
}

type Place = Pick<WaveProblem, 'path' | 'csv'>;

export interface ReadWaves {
  /** `undefined` where the file breaks its schema. */
  readonly file?: WaveFile;
  readonly machines: readonly ReadMachine[];
  readonly problems: readonly WaveProblem[];
}

/** `readText` gives the text of a CSV file that is named, or a sentence why not. Reports all that is wrong. */
export function readWaveFile(
  value: unknown,
  readText: (name: string) => { readonly text: string } | { readonly problem: string },
): ReadWaves {
  if (!checks.waves(value)) return { machines: [], problems: (checks.waves.errors ?? []).flatMap(violationOf) };
  const machines: ReadMachine[] = [];
  const problems: WaveProblem[] = [];
  value.waves.forEach((wave, waveIndex) => {
    wave.applications.forEach((application, index) => {
      const path = ['waves', waveIndex, 'applications', index];
      const listed = listedMachines(application, path, readText);
      problems.push(...listed.problems);
      for (const { machine, ...where } of listed.machines) {
        const read = readPayload(payloadOf(value.defaults, wave, application, machine));
        if (read.ok)
          machines.push({ payload: read.value, diskGb: machine.diskGb ?? value.defaults?.diskGb ?? null, ...where });
        else
          problems.push(
            ...read.error.map((each) => ({
              ...placed(where, each.path, machine, value.defaults),
              code: 'wave-file',
              severity: 'error' as const,
              message: each.message,
              fix: 'Correct the machine, or the defaults of the file.',
            })),
          );
      }
    });
  });
  return { file: value, machines, problems: [...unique(problems), ...orderProblems(value, machines)] };
}

interface Listed {
  readonly machines: readonly (Pick<ReadMachine, 'place' | 'cells'> & { readonly machine: WaveMachine })[];
  readonly problems: readonly WaveProblem[];
}

function listedMachines(
  { machines = [], machinesFrom }: Application,
  path: WaveProblem['path'],
  readText: Parameters<typeof readWaveFile>[1],
): Listed {
  const own = machines.map((machine, index) => ({ machine, place: { path: [...path, 'machines', index] } }));
  if (machinesFrom === undefined) return { machines: own, problems: [] };
  const read = readText(machinesFrom);
  if ('problem' in read)
    return {
      machines: own,
      problems: [
        {
          code: 'wave-csv',
          severity: 'error',
          path: [...path, 'machinesFrom'],
          message: read.problem,
          fix: 'Name a CSV file; its path is relative to the folder of the wave file.',
        },
      ],
    };
  const rows = csvMachines(machinesFrom, read.text);
  const more = rows.machines.map(({ machine, line, cells }) => ({
    machine,
    cells,
    place: { path: [...path, 'machinesFrom'], csv: { file: machinesFrom, line } },
  }));
  return { machines: [...own, ...more], problems: rows.problems };
}

function payloadOf(
  defaults: MachineDefaults = {},
  wave: Wave,
  { name, after }: Application,
  machine: WaveMachine,
): unknown {
  const given = { ...defaults, ...machine };
  const { fixedIp, macAddress, testSubnetId } = given;
  const { start, test, gates, windows, concurrency } = wave;
  const network = defined({ fixedIp, macAddress, testSubnetId });
  const rules = defined({ start, test, after, gates, windows, concurrency });
  const options = { ...defaults.options, ...machine.options };
  const dns = { ...defaults.dns, ...machine.dns };
  const cmdb = cmdbOf(defaults, machine);
  return {
    ...defined({
      migrationId: given.migrationId ?? `${wave.name}-${given.targetVmName}`,
      source: given.source,
      target: given.target,
      environment: given.environment,
      sourceVmId: given.sourceVmId,
      targetVmName: given.targetVmName,
      instanceType: given.instanceType,
      subnetId: given.subnetId,
      securityGroupIds: given.securityGroupIds ?? [],
      callbackUrl: given.callbackUrl,
    }),
    appName: name,
    wave: wave.name,
    ...(Object.keys(network).length > 0 && { network }),
    ...(Object.keys(rules).length > 0 && { rules }),
    ...(Object.keys(dns).length > 0 && { dns }),
    ...(Object.keys(cmdb).length > 0 && { cmdb }),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function cmdbOf({ cmdb: ofAll = {} }: MachineDefaults, { cmdb: own = {} }: WaveMachine): object {
  const merged = (name: 'fields' | 'fieldsAfterRollback'): object | undefined =>
    ofAll[name] === undefined && own[name] === undefined ? undefined : { ...ofAll[name], ...own[name] };
  const [fields, fieldsAfterRollback] = [merged('fields'), merged('fieldsAfterRollback')];
  return defined({ ...ofAll, ...own, fields, fieldsAfterRollback });
}

function defined(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The field of the payload where the machine or the defaults have it, or the machine; of rules, the wave. */
function placed(
  where: Pick<ReadMachine, 'place' | 'cells'>,
  pointer: string,
  machine: WaveMachine,
  defaults: MachineDefaults = {},
): Place {
  const { place } = where;
  const [first, ...rest] = pointer.split('/').slice(1);
  if ((first === 'dns' || first === 'cmdb') && !hasOwn(machine[first], rest) && hasOwn(defaults[first], rest))
    return { path: ['defaults', first, ...rest] };
  if (first === 'wave') return { path: [...place.path.slice(0, 2), 'name'] };
  if (first === 'appName') return { path: [...place.path.slice(0, 4), 'name'] };
  if (first === 'rules')
    return { path: rest[0] === 'after' ? [...place.path.slice(0, 4), ...rest] : [...place.path.slice(0, 2), ...rest] };
  const inside = first === 'network' ? rest : first === undefined ? [] : [first, ...rest];
  return place.csv === undefined ? { path: [...place.path, ...inside] } : cellPlace(where, [inside]);
}

/** Whether a value is there, and has something under the path. */
function hasOwn(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return value !== undefined;
  return hasOwn((value as Readonly<Record<string, unknown>>)[first], rest);
}

/** A problem of a wave is found with each of its machines. */
function unique(problems: readonly WaveProblem[]): readonly WaveProblem[] {
  return [...new Map(problems.map((each) => [JSON.stringify([each.path, each.csv, each.message]), each])).values()];
}

/** Of `anyOf`, only that neither is there is told. */
function violationOf(error: ErrorObject): readonly WaveProblem[] {
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword === 'required' && error.schemaPath.includes('/anyOf/')) return [];
  const { additionalProperty } = error.params as { readonly additionalProperty?: string };
  const subject = path.length === 0 ? 'The file' : `'${path.join('.')}'`;
  const what = error.keyword === 'anyOf' ? "lacks 'machines' or 'machinesFrom'" : describeViolation(error);
  return [
    {
      code: 'wave-file',
      severity: 'error',
      path: additionalProperty === undefined ? path : [...path, additionalProperty],
      ...(additionalProperty !== undefined && { ofKey: true }),
      message: `${subject} ${what}.`,
      fix: 'docs/waves.md describes the file; examples/waves/waves.yaml is one.',
    },
  ];
}
