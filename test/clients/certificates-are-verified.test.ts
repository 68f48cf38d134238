import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a client of each kind is told not to verify a server. */
const patterns: Readonly<Record<string, RegExp>> = {
  Node: /rejectUnauthorized["']?\s*[:=](?!\s*true\b)|NODE_TLS_REJECT_UNAUTHORIZED\s*[=:]\s*["']?0/,
  Python: /CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False|verify\s*=\s*False|disable_warnings\(/,
  Go: /InsecureSkipVerify|insecure_skip_verify/i,
  Terraform: /insecure["']?\s*[:=]\s*["']?true|skip_cert_verification["']?\s*[:=]\s*["']?true/,
  curl: /\bcurl\b(?:(?!\n)[^|;])*?\s(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)\b|--no-check-certificate|--insecure\b/,
  HAProxy: /\bverify none\b/,
  git: /sslVerify\s*=?\s*["']?false/i,
  Java: /TrustAllCerts|NoopHostnameVerifier|trustAllCertificates|useSSL=false/i,
};

/** Reviewed: each says why it sends no secret to whoever answers. */
const allowed: Readonly<Record<string, string>> = {
  'constructs/metrics/render-prometheus.ts':
    'Workers present certificates that Trino derives from its shared secret, which nobody else can verify; only the name metrics is sent, without a password.',
  'constructs/trino-gateway/render-haproxy.ts':
    'A health check that sends nothing: an operator may give the coordinator a certificate of any authority. Connections of users pass through, and they verify.',
  'test/golden/prometheus.ha.yml': 'What render-prometheus.ts writes.',
  'test/golden/prometheus.standard.yml': 'What render-prometheus.ts writes.',
  'test/support/rendered-cluster.ts': 'Reads the certificate that a node shows, and sends nothing.',
};

const isSource = /\.(ts|mjs|cjs|js|py|sh|ya?ml|json|tf|hcl|cfg|env|toml|md)$|(^|\/)(Makefile|Dockerfile)$/;
/** Prove that such settings are refused or have no effect, or say so. */
const speaksOfThem =
  /^(docs\/|CHANGELOG\.md|test\/clients\/|test\/core\/trust\/|test\/openstack\/session\.test\.ts|packages\/|package-lock\.json|registration\/trino-sql\/)/;

test('no client is told not to verify a server', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .split('\n')
    .filter((file) => isSource.test(file) && !speaksOfThem.test(file));
  expect(files.length).toBeGreaterThan(1000);
  const found = files.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return Object.values(patterns).some((pattern) => pattern.test(text));
  });
  expect(found.sort()).toEqual(Object.keys(allowed).sort());
});

test.each([
  ['Node', '{ rejectUnauthorized: false }'],
  ['Node', 'rejectUnauthorized: !insecure'],
  ['Node', 'NODE_TLS_REJECT_UNAUTHORIZED=0 node x'],
  ['Python', 'requests.get(url, verify=False)'],
  ['Python', 'context.verify_mode = ssl.CERT_NONE'],
  ['Go', 'tls_config: { insecure_skip_verify: true }'],
  ['Terraform', '"insecure": true'],
  ['curl', 'curl -sk https://x'],
  ['curl', 'curl --fail --insecure https://x'],
  ['HAProxy', 'server a 1.2.3.4:443 ssl verify none'],
  ['git', 'git -c http.sslVerify=false clone'],
])('the pattern for %s finds %s', (kind, text) => {
  expect(text).toMatch(patterns[kind] ?? /$^/);
});

test.each(['curl --fail --silent --output k https://x', 'rejectUnauthorized: true', '"insecure": false'])(
  'no pattern finds %s',
  (text) => {
    expect(Object.values(patterns).filter((pattern) => pattern.test(text))).toEqual([]);
  },
);
