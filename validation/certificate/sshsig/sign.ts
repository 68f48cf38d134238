import { sign } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { armorSignature, signedData } from './signature.js';
import { parseSigningKey } from './signing-key.js';
import type { SigningKey } from './signing-key.js';
import { wireString } from './wire.js';

/** Signs a message for a namespace; the text of the `.sig` file. */
export type Sign = (message: Uint8Array, namespace: string) => Promise<Result<string>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Signs by the private key in this file, or, for a public key, by the ssh-agent of `env` that holds its private one. */
export function signerFrom(path: string, env: Environment): Result<Sign> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail([
      diagnostic({
        code: 'signing-key-unreadable',
        path,
        message: `The key cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        fix: 'Name a key that exists, or make one with ssh-keygen -t ed25519 -f FILE.',
      }),
    ]);
  }
  if (/^(ssh|ecdsa|sk)-\S+ /.test(text)) return ok((message, namespace) => signByAgent(path, env, message, namespace));
  const key = parseSigningKey(text, path);
  if (!key.ok) return key;
  return ok((message, namespace) => Promise.resolve(ok(signByKey(key.value, message, namespace))));
}

function signByKey({ privateKey, publicKey }: SigningKey, message: Uint8Array, namespace: string): string {
  const unsigned = { publicKey, namespace, hashAlgorithm: 'sha512', reserved: Buffer.alloc(0) } as const;
  const value = sign(null, signedData(unsigned, message), privateKey);
  const signature = Buffer.concat([wireString('ssh-ed25519'), wireString(value)]);
  return armorSignature({ ...unsigned, signature });
}

async function signByAgent(
  publicKeyFile: string,
  env: Environment,
  message: Uint8Array,
  namespace: string,
): Promise<Result<string>> {
  const child = spawn('ssh-keygen', ['-q', '-Y', 'sign', '-f', publicKeyFile, '-n', namespace], { env });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  // A process that ends before it has read everything says why on standard error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(message);
  const reason = await new Promise<string | null>((resolve) => {
    child.on('error', ({ message: text }) => {
      resolve(text);
    });
    child.on('close', (code) => {
      resolve(code === 0 ? null : output.stderr.trim());
    });
  });
  if (reason === null) return ok(output.stdout);
  return fail([
    diagnostic({
      code: 'signing-by-agent',
      path: publicKeyFile,
      message: `The agent did not sign: ${reason}.`,
      fix: 'Start ssh-agent, run ssh-add with the private key, and try again (ssh-add -L lists what it holds).',
    }),
  ]);
}
