import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateNamespace as namespace } from '../../../validation/certificate/certificate.js';
import { signerFrom, verifySignature } from '../../../validation/certificate/sshsig/index.js';

const message = Buffer.from('{"kind":"MigrationCertificate"}\n');
const identity = 'ada@acme.example';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-sshsig-'));
  makeKey('ed25519', '-t', 'ed25519');
  makeKey('other', '-t', 'ed25519');
  makeKey('rsa', '-t', 'rsa', '-b', '2048');
  for (const bits of ['256', '384', '521']) makeKey(`ecdsa${bits}`, '-t', 'ecdsa', '-b', bits);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function makeKey(name: string, ...args: readonly string[]): void {
  sshKeygen(['-q', ...args, '-N', '', '-C', 'a comment', '-f', join(folder, name)]);
}

function sshKeygen(args: readonly string[], input: Uint8Array | string = '', env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr, error } = spawnSync('ssh-keygen', args, { input, encoding: 'utf8', env });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

function publicKey(name: string): string {
  return readFileSync(join(folder, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ');
}

async function signed(key: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const sign = signerFrom(key, { PATH: process.env['PATH'], ...env });
  if (!sign.ok) throw new Error(JSON.stringify(sign.error));
  const signature = await sign.value(message, namespace);
  if (!signature.ok) throw new Error(JSON.stringify(signature.error));
  return signature.value;
}

function signedByOpenSsh(name: string, by = namespace): string {
  return sshKeygen(['-q', '-Y', 'sign', '-f', join(folder, name), '-n', by], message).stdout;
}

function verify(
  armored: string,
  allowedSigners: string,
  options: { content?: Uint8Array; who?: string; at?: string } = {},
) {
  const { content = message, who, at = '2026-11-29T12:00:00Z' } = options;
  const trusted = { allowedSigners, file: 'allowed', at: new Date(at), ...(who !== undefined && { identity: who }) };
  const result = verifySignature(content, armored, namespace, trusted, 'certificate.json.sig');
  return result.ok ? result.value : result.error[0]?.code;
}

/** What `ssh-keygen -Y verify` says, with the same file of allowed signers. */
function openSshAccepts(armored: string, allowedSigners: string): boolean {
  const [signature, allowed] = [join(folder, 'message.sig'), join(folder, 'allowed')];
  writeFileSync(signature, armored);
  writeFileSync(allowed, allowedSigners);
  const args = ['-Y', 'verify', '-f', allowed, '-I', identity, '-n', namespace, '-s', signature];
  return sshKeygen(['-Overify-time=20261129120000Z', ...args], message).status === 0;
}

test('what an Ed25519 key signs here, ssh-keygen verifies, and signing again gives the same bytes', async () => {
  const armored = await signed(join(folder, 'ed25519'));
  expect(openSshAccepts(armored, `${identity} ${publicKey('ed25519')}\n`)).toBe(true);
  expect(armored).toBe(signedByOpenSsh('ed25519'));
  expect(await signed(join(folder, 'ed25519'))).toBe(armored);
});

test('a PEM of PKCS #8 signs, too', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = join(folder, 'key.pem');
  writeFileSync(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const armored = await signed(pem);
  const { x = '' } = privateKey.export({ format: 'jwk' });
  const blob = Buffer.concat([
    Buffer.from('0000000b', 'hex'),
    Buffer.from('ssh-ed25519'),
    Buffer.from('00000020', 'hex'),
    Buffer.from(x, 'base64url'),
  ]);
  expect(openSshAccepts(armored, `${identity} ssh-ed25519 ${blob.toString('base64')}\n`)).toBe(true);
});

test('for a public key its agent signs', async () => {
  const env = { ...process.env, SSH_AUTH_SOCK: join(folder, 'agent') };
  const agent = spawnSync('ssh-agent', ['-a', env.SSH_AUTH_SOCK], { encoding: 'utf8' });
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent.stdout)?.[1]);
  try {
    expect(spawnSync('ssh-add', ['-q', join(folder, 'rsa')], { env }).status).toBe(0);
    const armored = await signed(join(folder, 'rsa.pub'), env);
    expect(verify(armored, `${identity} ${publicKey('rsa')}`)).toMatchObject({ keyType: 'ssh-rsa' });
  } finally {
    process.kill(pid);
  }
});

test('a key that an agent does not hold is reported with what ssh-keygen says', async () => {
  const sign = signerFrom(join(folder, 'other.pub'), { PATH: process.env['PATH'] });
  rmSync(join(folder, 'other'));
  const result = sign.ok ? await sign.value(message, namespace) : sign;
  expect(result).toMatchObject({ ok: false, error: [{ code: 'signing-by-agent' }] });
});

describe('a private key that cannot sign is reported', () => {
  test.each([
    ['with a passphrase', 'signing-key-encrypted'],
    ['of another type', 'signing-key-type'],
    ['cut off', 'signing-key-unreadable'],
    ['that does not exist', 'signing-key-unreadable'],
  ])('%s', (what, code) => {
    const path = join(folder, 'bad');
    rmSync(path, { force: true });
    if (what === 'with a passphrase') sshKeygen(['-q', '-t', 'ed25519', '-N', 'secret', '-f', path]);
    if (what === 'of another type') writeFileSync(path, readFileSync(join(folder, 'rsa')));
    if (what === 'cut off')
      writeFileSync(
        path,
        readFileSync(join(folder, 'ed25519'), 'utf8')
          .replace(/^.{40}$\n/m, '')
          .replace(/[A-Za-z0-9+/]{30}/, ''),
      );
    expect(signerFrom(path, {})).toMatchObject({ ok: false, error: [{ code, path }] });
  });

  test('as encrypted PKCS #8', () => {
    const path = join(folder, 'encrypted.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(
      path,
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }),
    );
    expect(signerFrom(path, {})).toMatchObject({ ok: false, error: [{ code: 'signing-key-encrypted' }] });
  });
});

test.each(['ed25519', 'rsa', 'ecdsa256', 'ecdsa384', 'ecdsa521'])('what ssh-keygen signs by %s is verified', (name) => {
  const armored = signedByOpenSsh(name);
  const allowed = `# people\n\n${identity} ${publicKey(name)} a comment\n`;
  expect(verify(armored, allowed, { who: identity })).toMatchObject({ identity });
  const fingerprint = sshKeygen(['-l', '-f', join(folder, `${name}.pub`)]).stdout.split(' ')[1];
  expect(verify(armored, allowed)).toMatchObject({ fingerprint });
  expect(verify(armored, allowed, { content: Buffer.from('{"kind":"migrationCertificate"}\n') })).toBe(
    'signature-invalid',
  );
});

test('a signature with any byte changed is refused', () => {
  const armored = signedByOpenSsh('ed25519');
  const allowed = `${identity} ${publicKey('ed25519')}`;
  const body = armored.split('\n').slice(1, -2).join('');
  const blob = Buffer.from(body, 'base64');
  for (let at = 0; at < blob.length; at += 1) {
    const changed = Buffer.from(blob);
    changed.writeUInt8((changed.readUInt8(at) + 1) % 256, at);
    expect(typeof verify(armored.replace(/\n[^]*\n(?=-----END)/, `\n${changed.toString('base64')}\n`), allowed)).toBe(
      'string',
    );
  }
});

test.each([
  ['cut off', (text: string) => text.slice(0, 100)],
  ['without its last line of data', (text: string) => text.replace(/.*\n(?=-----END)/, '')],
  ['empty', () => ''],
  ['of another program', () => '-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n'],
])('a signature that is %s is malformed', (_what, change) => {
  expect(verify(change(signedByOpenSsh('ed25519')), `${identity} ${publicKey('ed25519')}`)).toBe('signature-malformed');
});

test('a signature for another purpose is refused', () => {
  expect(verify(signedByOpenSsh('ed25519', 'file'), `${identity} ${publicKey('ed25519')}`)).toBe('signature-namespace');
});

describe('a line of the allowed signers is read as ssh-keygen reads it', () => {
  test.each([
    ['plain', (key: string) => `${identity} ${key}`, true],
    ['pattern', (key: string) => `*@acme.example ${key}`, true],
    ['quoted principals', (key: string) => `"bob@acme.example,${identity}" ${key}`, true],
    ['one who is excluded', (key: string) => `*@acme.example,!ada@* ${key}`, false],
    ['another identity', (key: string) => `bob@acme.example ${key}`, false],
    ['the namespace', (key: string) => `${identity} namespaces="git,certificate@*" ${key}`, true],
    ['another namespace', (key: string) => `${identity} namespaces="git" ${key}`, false],
    ['expired', (key: string) => `${identity} valid-before="20261128Z" ${key}`, false],
    ['not expired', (key: string) => `${identity} valid-after="20260101Z",valid-before="20270101Z" ${key}`, true],
    ['not valid yet', (key: string) => `${identity} valid-after="20261130Z" ${key}`, false],
    [
      'expired, and again with another time',
      (key: string) => `${identity} valid-before="20250101Z" ${key}\n${identity} ${key}`,
      true,
    ],
    ['authority', (key: string) => `${identity} cert-authority ${key}`, false],
    ['an unknown option', (key: string) => `${identity} foo ${key}`, false],
    ['an unknown option with a value', (key: string) => `${identity} foo="x" ${key}`, false],
    ['an option in capitals', (key: string) => `${identity} NAMESPACES="certificate@*" ${key}`, true],
    ['two namespaces', (key: string) => `${identity} namespaces="git",namespaces="certificate@*" ${key}`, false],
    ['two times', (key: string) => `${identity} valid-before="20270101Z",valid-before="20280101Z" ${key}`, false],
    ['another type', (key: string) => `${identity} ${key.replace('ssh-ed25519', 'ssh-rsa')}`, false],
    ['too much padding', (key: string) => `${identity} ${key}==`, false],
    ['a comment', (key: string) => `${identity} ${key} ada's laptop`, true],
    ['a bad line before a good one', (key: string) => `${identity} foo ${key}\n${identity} ${key}`, true],
    ['another key', () => `${identity} ${publicKey('ecdsa256')}`, false],
    ['none', () => '', false],
  ])('%s', (_what, line, accepted) => {
    const armored = signedByOpenSsh('ed25519');
    const allowed = `${line(publicKey('ed25519'))}\n`;
    expect(openSshAccepts(armored, allowed)).toBe(accepted);
    expect(typeof verify(armored, allowed, { who: identity }) === 'object').toBe(accepted);
  });

  test('the reason is named', () => {
    const armored = signedByOpenSsh('ed25519');
    const key = publicKey('ed25519');
    expect(verify(armored, `${identity} valid-before="20261128Z" ${key}`)).toBe('signer-expired');
    expect(
      verify(armored, `${identity} valid-before="20261128Z" ${key}`, { at: '2026-11-27T12:00:00Z' }),
    ).toMatchObject({ identity });
    expect(verify(armored, `${identity} valid-after="20261130Z" ${key}`)).toBe('signer-not-yet-valid');
    expect(verify(armored, `${identity} namespaces="git" ${key}`)).toBe('signer-namespace');
    expect(verify(armored, `bob@acme.example ${key}`, { who: identity })).toBe('signer-unknown');
  });
});
