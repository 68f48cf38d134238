// `node --import ./on-compiled.mjs child.ts`: runs a TypeScript file of test/ on the compiled product. Node strips the
// types of what lies in test/; everything else is imported from dist/, which `npm test` builds first.
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const root = pathToFileURL(`${import.meta.dirname}/../..`).href;

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    if (!specifier.startsWith('.') || !parentURL.startsWith(`${root}/test/`)) return next(specifier, context);
    const path = new URL(specifier, parentURL).href.slice(root.length);
    return next(path.startsWith('/test/') ? root + path.replace(/\.js$/, '.ts') : `${root}/dist${path}`, context);
  },
});
