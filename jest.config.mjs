import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const { A2O_CACHE_DIR, XDG_CACHE_HOME } = process.env;
const cacheRoot = A2O_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'aws2openstack');

// The programs that tests start must not find the store of whoever runs the tests.
process.env.XDG_STATE_HOME = join(tmpdir(), 'a2o-no-store');

export default {
  // Names what is cached whatever the checkout's path, so that a fresh checkout begins with what others compiled.
  id: 'aws2openstack',
  cacheDirectory: join(cacheRoot, 'jest'),
  testEnvironment: 'node',
  globalSetup: './scripts/build.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/test/integration/'],
  modulePathIgnorePatterns: ['<rootDir>/out/', '<rootDir>/dist/', 'cdktf\\.out', '<rootDir>/packages/.*/generated/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  coverageProvider: 'babel',
  collectCoverageFrom: [
    '{core,clients,papers,assessments,registration,mappings,constructs,stacks,openstack,state,migration,validation,waves,monitoring,cli}/**/*.ts',
    // The page runs in Chromium; what is pure of it is tested here, too.
    '!monitoring/dashboard/web/{api,app,chart,ui}/**',
    '!monitoring/dashboard/web/**/{index,use-address}.ts',
    'main.ts',
  ],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: { global: { statements: 80, branches: 80, functions: 80, lines: 80 } },
  testTimeout: 120_000,
  // One more than two processors: many tests wait, for a process, Terraform or a cloud.
  maxWorkers: 3,
};
