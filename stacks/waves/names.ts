import type { EnvironmentName } from './settings.js';
import type { FunctionName } from './functions.js';

/** Of the resources of one environment. */
export interface WaveNames {
  /** Begins every other name. */
  readonly prefix: string;
  readonly requests: string;
  readonly bus: string;
  readonly records: string;
  readonly alarms: string;
  readonly deployer: string;
  readonly boundary: string;
  readonly functionName: (handler: FunctionName) => string;
}

/** At most 64 characters, as IAM allows for roles. */
export function namesOf(name: string, environment: EnvironmentName): WaveNames {
  const prefix = `${name}-waves-${environment}`;
  return {
    prefix,
    requests: `${prefix}-requests`,
    bus: prefix,
    records: `${prefix}-records`,
    alarms: `${prefix}-alarms`,
    deployer: `${prefix}-deployer`,
    boundary: `${prefix}-boundary`,
    functionName: (handler) => `${prefix}-${handler}`,
  };
}
