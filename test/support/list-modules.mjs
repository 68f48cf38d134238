// `node --import ./list-modules.mjs program`: writes the URL of every module that the program loads, one a line, to the
// file that A2O_MODULE_LIST names.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
process.on('exit', () => {
  writeFileSync(process.env.A2O_MODULE_LIST, loaded.join('\n'));
});
