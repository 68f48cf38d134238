import type { ErrorObject, ValidateFunction } from 'ajv';
import { createRequire } from 'node:module';

// Compiled from waves-settings.schema.json by scripts/validators.mjs.
const checks = createRequire(import.meta.url)('./settings-checks.cjs') as {
  readonly settings: ValidateFunction<WavesSettings>;
};

/** The violations of the schema in a parsed file. */
export function settingsViolations(value: unknown): readonly ErrorObject[] {
  return checks.settings(value) ? [] : [...(checks.settings.errors ?? [])];
}

export type EnvironmentName = 'dev' | 'prod';

/** `waves-settings.schema.json` says what each value may be, and the defaults. */
export interface WavesSettings {
  readonly apiVersion: 'aws2openstack/v1';
  readonly kind: 'WavesSettings';
  readonly name: string;
  readonly region: string;
  readonly state?: StateSettings;
  readonly github?: { readonly repository: string; readonly createProvider?: boolean };
  readonly environments: Readonly<Partial<Record<EnvironmentName, EnvironmentSettings>>>;
}

export interface StateSettings {
  readonly bucket: string;
  readonly region?: string;
  readonly lockTable?: string;
  readonly useLockfile?: boolean;
}

export interface EnvironmentSettings {
  readonly logRetentionDays?: number;
  readonly recordDays?: number;
  readonly archiveDays?: number;
  readonly isProtected?: boolean;
  readonly replicatingServers?: number;
  readonly api?: { readonly access: AccessSettings };
  readonly network?: { readonly cidr: string; readonly zones?: number };
  readonly alarmEmails?: readonly string[];
  readonly slack?: boolean;
  /** Ids of hosted zones by their names. */
  readonly dns?: { readonly zones: Readonly<Record<string, string>> };
  readonly cmdb?: CmdbSettings;
  readonly migrationFactory?: { readonly endpoint: string };
}

export interface CmdbSettings {
  readonly url: string;
  readonly method?: 'PUT' | 'PATCH';
  readonly authorization?: boolean;
}

interface AccessSettings {
  readonly type: 'iam' | 'jwt';
  readonly issuer?: string;
  readonly audience?: readonly string[];
  readonly scopes?: readonly string[];
}

/** With the defaults of its environment. */
export type CompleteEnvironment = EnvironmentSettings &
  Required<Pick<EnvironmentSettings, keyof (typeof defaults)['dev']>>;

const defaults = {
  dev: {
    logRetentionDays: 14,
    recordDays: 90,
    archiveDays: 7,
    isProtected: false,
    replicatingServers: 20,
    alarmEmails: [],
    slack: false,
  },
  prod: {
    logRetentionDays: 400,
    recordDays: 400,
    archiveDays: 90,
    isProtected: true,
    replicatingServers: 20,
    alarmEmails: [],
    slack: false,
  },
} satisfies Record<EnvironmentName, EnvironmentSettings>;

export function withDefaults(environment: EnvironmentName, settings: EnvironmentSettings): CompleteEnvironment {
  return { ...defaults[environment], ...settings };
}
