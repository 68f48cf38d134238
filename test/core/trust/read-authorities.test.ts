import { expect, test } from '@jest/globals';
import { readAuthorities } from '../../../core/trust/index.js';
import { makeAuthority } from '../../support/private-authority.js';

const acme = makeAuthority();
const problemsOf = (text: string): readonly string[] => {
  const read = readAuthorities(text, new Date());
  return read.ok ? [] : read.error;
};

test('each certificate of a file once, without the text around it', () => {
  const other = makeAuthority({ name: 'Other' });
  const text = `# Acme\n${acme.certificate}\nsubject: Other\n${other.certificate}${acme.certificate}`;
  const read = readAuthorities(text.replaceAll('\n', '\r\n'), new Date());
  expect(read).toEqual({ ok: true, value: [acme.certificate, other.certificate] });
});

test('what is not a valid authority is refused with its line and name', () => {
  const expired = makeAuthority({ name: 'Old', validity: { from: '20200101000000Z', to: '20210101000000Z' } });
  const future = makeAuthority({ name: 'New', validity: { from: '20900101000000Z', to: '20910101000000Z' } });
  const server = makeAuthority({ name: 'rgw.acme.example', isAuthority: false });
  expect(problemsOf(`# first\n${acme.certificate}${expired.certificate}`)).toEqual([
    `its certificate 2 (line ${acme.certificate.split('\n').length + 1}) expired on 2021-01-01: CN=Old`,
  ]);
  expect(problemsOf(future.certificate + server.certificate)).toEqual([
    'its certificate 1 (line 1) is valid only from 2090-01-01: CN=New',
    expect.stringMatching(
      /^its certificate 2 \(line \d+\) is not that of an authority \(CA:FALSE\): CN=rgw\.acme\.example$/,
    ),
  ]);
  expect(problemsOf(acme.certificate.replace(/\n[A-Za-z0-9+/=]{20}/, '\n'))).toEqual([
    'its certificate 1 (line 1) cannot be decoded',
  ]);
});

test.each([
  ['nothing', '', 'it holds no certificate in PEM (BEGIN CERTIFICATE)'],
  ['another file', 'password: hidden', 'it holds no certificate in PEM (BEGIN CERTIFICATE)'],
  ['a private key', acme.certificate + acme.issue('DNS:a').key, 'it holds a private key'],
])('%s is refused', (_, text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});
