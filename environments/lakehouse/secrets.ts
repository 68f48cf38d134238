import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomically } from '../../core/atomic-file.js';
import type { LocalService, SecretName } from './bundle.js';
import type { Places } from './places.js';

/** Stands in for Barbican: secrets by name, made on first use, in a file that only the user can read. */
export class Secrets {
  private readonly values: Record<string, string>;

  constructor(private readonly file: Places['secrets']) {
    this.values = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  }

  /** The value that was set, else 64 random hexadecimal digits, as a machine reads a secret made by Barbican. */
  valueOf(name: string): string {
    const value = this.values[name] ?? randomBytes(32).toString('hex');
    this.set(name, value);
    return value;
  }

  set(name: string, value: string): void {
    if (this.values[name] === value) return;
    this.values[name] = value;
    writeFileAtomically(this.file, `${JSON.stringify(this.values, null, 1)}\n`, 0o600);
  }

  /** The environment variables of a service's secrets. */
  environmentOf({ secrets }: LocalService): Record<string, string> {
    return Object.fromEntries(Object.entries(secrets).map(([variable, secret]) => [variable, this.partOf(secret)]));
  }

  private partOf({ name, part }: SecretName): string {
    const value = this.valueOf(name);
    return part === undefined ? value : (value.split(':')[part] ?? '');
  }
}
