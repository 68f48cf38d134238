/** Names a PEM file of authorities in place of Node's own. */
export const replacingVariable = 'SSL_CERT_FILE';
/** Names a PEM file of authorities besides. */
export const addingVariable = 'AWS_CA_BUNDLE';

/** Whether the environment changes which authorities a process trusts: only then is `trustEnvironment` loaded. */
export function namesAuthorities(env: Readonly<Record<string, string | undefined>>): boolean {
  return [replacingVariable, addingVariable].some((name) => (env[name] ?? '') !== '');
}
