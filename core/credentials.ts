const masked = '[redacted]';

const credentialName =
  /password|passwd|passphrase|pwd|secret|token|credential|signature|(?:api|access|private|account|shared)[._-]?key/i;

/** Whether what has this name is likely to be one. */
export function isCredentialName(name: string): boolean {
  return credentialName.test(name);
}

/**
 * The text without what looks like a credential: access keys, passwords in URLs and after their names, signatures of
 * presigned URLs, bearer tokens, private keys. For everything from outside that is stored or logged. It cannot recognise
 * a secret that has neither a name nor a known shape.
 */
export function withoutCredentials(text: string): string {
  return mayHold.test(text) ? patterns.reduce((rest, { find, mask }) => rest.replace(find, mask), text) : text;
}

/** JSON in which no text, and nothing under a name such as `password`, holds a credential. For settings and our own fields. */
export function jsonWithoutCredentials(value: object): string {
  return JSON.stringify(value, (name, inner: unknown) => {
    if (typeof inner !== 'string') return inner;
    return credentialName.test(name) ? masked : withoutCredentials(inner);
  });
}

/**
 * JSON in which no text holds a credential. Names do not count: for values that are named by what is examined, such as the
 * columns of a customer's row, one of which may be called `token`.
 */
export function dataWithoutCredentials(value: object): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'string' ? withoutCredentials(inner) : inner,
  );
}

/** The address without a user and a password. For names and addresses that are used again, in which nothing else may change. */
export function withoutUserInfo(address: string): string {
  return address.replace(userInfo, `$1${masked}@`);
}

const userInfo = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:?#]{0,256}:[^\s/@]{1,512}@/gi;

/** Most texts hold none of these, and this one look is cheap. */
const mayHold = /pass|pwd|secret|token|key|credential|signature|A[A-Z]IA|:\/\/|bearer|basic|eyJ/i;

/** Repetitions are bounded, so that a long text takes time in proportion to its length. */
const patterns: readonly { readonly find: RegExp; readonly mask: string }[] = [
  {
    find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    mask: masked,
  },
  // An access key's id, and its secret where it follows. Source: AWS IAM user guide, 'Unique identifiers'.
  { find: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b(?:\W{1,8}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?/g, mask: masked },
  { find: userInfo, mask: `$1${masked}@` },
  { find: /\b(bearer|basic)\s{1,4}[\w+/=.~-]{8,}/gi, mask: `$1 ${masked}` },
  { find: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g, mask: masked },
  {
    find: new RegExp(
      `((?:${credentialName.source})[\\w.-]{0,40}["']?\\s{0,4}(?:=|:|%3D)\\s{0,4}["']?)(?!\\[redacted\\])[^\\s"'&,;)}\\]]+`,
      'gi',
    ),
    mask: `$1${masked}`,
  },
];
