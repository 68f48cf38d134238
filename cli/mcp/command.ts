import { helpText } from '../help-text.js';
import type { Register } from '../program.js';

export const registerMcp: Register = (program, io, done) => {
  program
    .command('mcp')
    .description(
      'serve the stored assessments, migrations and validations to language models (Model Context Protocol, stdio)',
    )
    .addHelpText('after', help)
    .action(async () => {
      const { runMcp } = await import('./run.js');
      done(await runMcp(io));
    });
};

const help = helpText({
  notes: [
    'A client starts it and speaks the Model Context Protocol on standard input and output; the log goes to standard error. It ends when the client closes its input.',
  ],
  reads: 'the store.',
  writes: 'nothing.',
  environment: [
    'DATABASE_URL       the store on a PostgreSQL server',
    'A2O_STATE_DIR      folder of the embedded store, without DATABASE_URL',
  ],
  examples: ['mcp'],
});
