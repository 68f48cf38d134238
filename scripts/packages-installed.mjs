// Exits 0 when node_modules matches package-lock.json, 1 when packages must be installed. Runs on any Node.
import { readFileSync } from 'node:fs';

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
};

const wanted = Object.entries(packagesOf('package-lock.json')).filter(([path]) => path.startsWith('node_modules/'));
const installed = packagesOf('node_modules/.package-lock.json');
// Optional packages are usually for other platforms.
const stale = wanted.filter(
  ([path, { version, optional }]) => optional !== true && installed[path]?.version !== version,
);
process.exitCode = wanted.length === 0 || stale.length > 0 ? 1 : 0;
