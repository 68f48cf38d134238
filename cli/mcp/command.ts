import type { Register } from '../program.js';

export const registerMcp: Register = (program, io, done) => {
  program
    .command('mcp')
    .description('answer questions of a model about the stored assessments, migrations and validations (MCP, stdio)')
    .addHelpText('after', help)
    .action(async () => {
      const { runMcp } = await import('./run.js');
      done(await runMcp(io));
    });
};

const help = `
A client starts it, and speaks the Model Context Protocol on standard input and output; standard error has the log. It
only reads the store that DATABASE_URL or A2O_STATE_DIR names, and ends when the client closes its input.

Example:
  $ aws2openstack mcp
  $ claude mcp add aws2openstack -- aws2openstack mcp
`;
