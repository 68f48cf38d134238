import { InvalidArgumentError } from 'commander';
import { helpText } from '../help-text.js';
import { logOption } from '../log-option.js';
import type { Register } from '../program.js';
import type { DashboardFlags } from './run.js';

export const registerDashboard: Register = (program, io, done) => {
  program
    .command('dashboard')
    .description('serve a web page with assessments, migrations, validations and waves, until it is stopped')
    .option('--port <number>', 'port to listen on; 0 for a free one', port, 8420)
    .option(
      '--host <address>',
      'address to listen on; any other than a loopback address needs a certificate',
      '127.0.0.1',
    )
    .option('--tls-cert <file>', 'PEM certificate (with its chain), for HTTPS')
    .option('--tls-key <file>', 'PEM private key of the certificate')
    .option('--terraform <folder>', 'Terraform to show, as `synth --output` wrote it')
    .option('--certificate <folder>', 'certificate to show, as `validate report --output` wrote it')
    .option('--allowed-signers <file>', 'file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS)')
    .addOption(logOption())
    .option('--new-tokens', 'create new sign-in tokens; the old ones and all sessions end', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The first start prints a token for each role: viewer, operator and admin. Only their hashes are kept.',
        ],
        reads: 'the store, and the folders of --terraform and --certificate.',
        writes: 'tokens and sessions to the store and, at the request of an admin, jobs and approvals.',
        environment: [
          'DATABASE_URL            the store; without it, the embedded one, which no other command can use in the meantime',
          'A2O_OIDC_ISSUER, A2O_OIDC_CLIENT_ID, A2O_OIDC_CLIENT_SECRET   sign-in with OpenID Connect as well',
          'A2O_OIDC_ADMIN_GROUP, A2O_OIDC_OPERATOR_GROUP, A2O_OIDC_VIEWER_GROUP   group of each role',
          'A2O_OIDC_GROUPS_CLAIM   claim that lists the groups (default: groups)',
          'A2O_DASHBOARD_URL       address in the browser, if it is behind a proxy',
        ],
        exitsZero: 'SIGTERM or Ctrl-C stopped it',
        exitsOne: 'it cannot be started',
        examples: [
          'dashboard --port 8420 --terraform cdktf.out --certificate out/certificate --allowed-signers allowed_signers',
        ],
      }),
    )
    .action(async (flags: DashboardFlags) => {
      const { serveDashboard } = await import('./run.js');
      done(await serveDashboard(flags, io));
    });
};

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
