// The import table of docs/architecture.md, enforced.
const folders = [
  'core',
  'assessments',
  'mappings',
  'constructs',
  'stacks',
  'openstack',
  'state',
  'cli',
  'main\\.ts',
  'test-env\\.ts',
];
const allowed = {
  core: [],
  assessments: ['core'],
  mappings: ['core', 'assessments'],
  constructs: ['core'],
  stacks: ['core', 'constructs', 'mappings'],
  openstack: ['core', 'mappings'],
  state: ['core', 'assessments'],
};
const layer = (from) => ({
  name: `${from}-imports`,
  comment: `${from}/ may import ${allowed[from].join(', ') || 'nothing'} of the project (docs/architecture.md).`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: `^(${folders.filter((to) => to !== from && !allowed[from].includes(to)).join('|')})` },
});

module.exports = {
  forbidden: [
    ...Object.keys(allowed).map(layer),
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-to-tests', severity: 'error', from: { pathNot: '^(test|bench)/' }, to: { path: '^(test|bench)/' } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'provider-bindings-belong-to-constructs',
      severity: 'error',
      from: { path: '^(core|assessments|mappings|openstack|state|cli)/' },
      to: { path: '(node_modules/|packages/)(@cdktf/)?(provider-|cdktf)' },
    },
    {
      name: 'concepts-through-their-index',
      comment: 'Another folder’s concept is imported by its index.ts.',
      severity: 'error',
      from: { path: '^(stacks|cli|main\\.ts|test-env\\.ts)' },
      to: { path: '^constructs/[^/]+/', pathNot: '/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|packages/.*/lib' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
