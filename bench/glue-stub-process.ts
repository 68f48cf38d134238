import { manyTables } from '../test/support/glue-catalogs.js';
import { leastCalls, startGlueStub } from '../test/support/glue-stub.js';

/** A stub in its own process, so that the bench measures the collector and not its counterpart. */
const [databases = 20, tablesEach = 500, partitionsEach = 0] = process.argv.slice(2).map(Number);
const catalog = manyTables(databases, tablesEach, partitionsEach);
const stub = await startGlueStub(catalog);
process.send?.({ url: stub.url, least: leastCalls(catalog) });
process.on('message', () => {
  process.send?.({ calls: stub.calls.length });
});
process.on('disconnect', () => {
  process.exit();
});
