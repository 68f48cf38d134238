import { keyType } from './public-key.js';
import { sshTime } from './ssh-time.js';

/** A line of an allowed signers file. Source: ssh-keygen(1), ALLOWED SIGNERS. */
export interface AllowedSigner {
  /** Patterns of identities, separated by commas. */
  readonly principals: string;
  /** Patterns of namespaces; `null`: all. */
  readonly namespaces: string | null;
  readonly validAfter: Date | null;
  readonly validBefore: Date | null;
  readonly publicKey: Buffer;
}

/**
 * The signers in a file, and the numbers of the lines that cannot be read. Lines of certificate authorities are left
 * out.
 */
export interface AllowedSigners {
  readonly signers: readonly AllowedSigner[];
  readonly unreadable: readonly number[];
}

export function parseAllowedSigners(text: string): AllowedSigners {
  const signers: AllowedSigner[] = [];
  const unreadable: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const signer = parseLine(line.trim());
    if (signer === null) unreadable.push(index + 1);
    else if (signer !== 'authority') signers.push(signer);
  }
  return { signers, unreadable };
}

const option = String.raw`[a-zA-Z-]+(?:="(?:[^"\\]|\\.)*")?`;
const lineForm = new RegExp(
  String.raw`^(?:"([^"]*)"|([^\s"]+))\s+(?:(${option}(?:,${option})*)\s+)?((?:ssh|ecdsa|sk)-\S+)\s+([A-Za-z0-9+/]+={0,2})(?:\s.*)?$`,
);
const withText: readonly string[] = ['namespaces', 'valid-after', 'valid-before'];

function parseLine(line: string): AllowedSigner | 'authority' | null {
  const [, quoted, plain, options = '', type = '', key = ''] = lineForm.exec(line) ?? [];
  const principals = quoted ?? plain;
  const given = optionsOf(options);
  const publicKey = Buffer.from(key, 'base64');
  if (principals === undefined || given === null) return null;
  // Node.js also reads what is cut off or padded wrongly.
  if (publicKey.toString('base64') !== key || keyType(publicKey) !== type) return null;
  if (given.has('cert-authority')) return 'authority';
  const [validAfter, validBefore] = ['valid-after', 'valid-before'].map((name) => sshTime(given.get(name)));
  if (validAfter === undefined || validBefore === undefined) return null;
  return {
    principals,
    namespaces: given.get('namespaces') ?? null,
    validAfter,
    validBefore,
    publicKey,
  };
}

/** By name in lower case; `null` where one is unknown, comes twice, or lacks its value, as ssh-keygen refuses them. */
function optionsOf(text: string): ReadonlyMap<string, string> | null {
  const given = new Map<string, string>();
  for (const [, written = '', value] of text.matchAll(/([a-zA-Z-]+)(?:="((?:[^"\\]|\\.)*)")?/g)) {
    const name = written.toLowerCase();
    const isKnown = value === undefined ? name === 'cert-authority' : withText.includes(name);
    if (!isKnown || (value !== undefined && given.has(name))) return null;
    given.set(name, value?.replaceAll('\\"', '"') ?? '');
  }
  return given;
}

/** Whether a list of patterns (`*`, `?`, `!` to exclude) names the text. */
export function matchesPatterns(patterns: string, text: string): boolean {
  const matching = patterns.split(',').filter((pattern) => wildcard(pattern.replace(/^!/, '')).test(text));
  return matching.length > 0 && matching.every((pattern) => !pattern.startsWith('!'));
}

function wildcard(pattern: string): RegExp {
  // Runs of `*` mean one of them, and would backtrack for ever.
  const parts = pattern.replaceAll(/\*+/g, '*').replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${parts.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
