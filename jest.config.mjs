export default {
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
  coverageProvider: 'v8',
  collectCoverageFrom: [
    '{core,clients,assessments,registration,mappings,constructs,stacks,openstack,state,cli}/**/*.ts',
    'main.ts',
  ],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: { global: { statements: 80, branches: 80, functions: 80, lines: 80 } },
  testTimeout: 120_000,
  maxWorkers: 2,
};
