// The import table of docs/architecture.md, enforced. A row names what a folder may import of the project: `imports`
// in full, `types` as types only, `files` single files in full.
const table = {
  core: {},
  clients: { imports: ['core'] },
  papers: { imports: ['core'] },
  constructs: { imports: ['core'] },
  assessments: { imports: ['core', 'clients'] },
  registration: { imports: ['core'], types: ['assessments'] },
  mappings: { imports: ['core', 'assessments', 'registration'] },
  openstack: { imports: ['core', 'clients'], types: ['mappings'] },
  state: {
    imports: ['core'],
    types: ['assessments', 'mappings'],
    files: ['assessments/report-file/layout.ts', 'mappings/plan-document.ts'],
  },
  migration: { imports: ['core', 'clients', 'registration', 'state'] },
  validation: { imports: ['core', 'clients', 'papers', 'registration', 'state'] },
  waves: { imports: ['core', 'clients', 'state'] },
  stacks: {
    imports: ['core', 'constructs', 'registration'],
    types: ['mappings'],
    files: ['waves/state-machine/index.ts'],
  },
  monitoring: { imports: ['core', 'state', 'migration', 'validation', 'waves'] },
  cli: {
    imports: [
      'core',
      'clients',
      'papers',
      'constructs',
      'assessments',
      'registration',
      'mappings',
      'openstack',
      'state',
      'migration',
      'validation',
      'waves',
      'stacks',
      'monitoring',
    ],
  },
};
const apps = ['main.ts', 'test-env.ts'];
const appImports = ['core', 'mappings', 'stacks', 'state'];
const outside = ['environments', 'test', 'bench'];
const everything = [...Object.keys(table), ...apps, ...outside];

const escaped = (path) => path.replaceAll('.', '\\.');
const inside = (names) => `^(${names.map((name) => (name.endsWith('.ts') ? escaped(name) : `${name}/`)).join('|')})`;

function rowRules([folder, { imports = [], types = [], files = [] }]) {
  const others = everything.filter((name) => name !== folder && !imports.includes(name) && !types.includes(name));
  const exceptions = files.length === 0 ? {} : { pathNot: inside(files) };
  const shown = [...imports, ...types.map((name) => `${name} (types)`), ...files];
  const comment = `${folder}/ may import ${shown.join(', ') || 'nothing'} of the project (docs/architecture.md).`;
  const rule = { comment, severity: 'error', from: { path: `^${folder}/` } };
  return [
    { ...rule, name: `${folder}-imports`, to: { path: inside(others), ...exceptions } },
    ...(types.length === 0
      ? []
      : [
          {
            ...rule,
            name: `${folder}-imports-types`,
            to: { path: inside(types), dependencyTypesNot: ['type-only'], ...exceptions },
          },
        ]),
  ];
}

module.exports = {
  forbidden: [
    ...Object.entries(table).flatMap(rowRules),
    {
      name: 'apps-imports',
      comment: `The CDKTF apps may import ${appImports.join(', ')} of the project (docs/architecture.md).`,
      severity: 'error',
      from: { path: inside(apps) },
      to: { path: inside(everything.filter((name) => !appImports.includes(name))) },
    },
    {
      name: 'functions-have-no-store-of-ours',
      comment: 'Lambda functions keep machines in DynamoDB: nothing that they import may reach state/.',
      severity: 'error',
      from: { path: '^waves/aws/' },
      to: { path: '^state/', reachable: true },
    },
    {
      name: 'nobody-imports-environments',
      severity: 'error',
      from: { pathNot: inside(outside) },
      to: { path: inside(outside) },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { path: '^environments/' },
      to: { path: inside(['test', 'bench']) },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'cdktf-belongs-to-constructs',
      comment: 'Only constructs/, stacks/ and the apps know cdktf and the provider bindings.',
      severity: 'error',
      from: { path: inside(Object.keys(table).filter((name) => name !== 'constructs' && name !== 'stacks')) },
      to: { path: '(node_modules/|packages/)(@cdktf/)?(provider-|cdktf|constructs/)' },
    },
    {
      name: 'concepts-through-their-index',
      comment: 'Another folder’s concept is imported by its index.ts.',
      severity: 'error',
      from: { path: '^(stacks|cli|main\\.ts|test-env\\.ts)' },
      to: { path: '^constructs/(aws/)?[^/]+/', pathNot: '/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|packages/.*/lib' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
