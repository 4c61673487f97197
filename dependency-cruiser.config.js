// The layers of docs/architecture.md as rules: which folder imports which at run time, and which packages. Types are free.
import { readFileSync } from 'node:fs';

const PRODUCTION = '^(src/|scripts/(migrate|maintenance|config)\\.ts$)';

/** Modules of Node by which a program reaches files, processes and the network. */
const IO = '^(node:)?(fs|fs/promises|net|tls|http|https|dns|dns/promises|child_process|cluster|worker_threads)$';

const namesIn = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** The rows of the table below "What builds on what". */
const readLayers = () => {
  const [, section = ''] = readFileSync(new URL('docs/architecture.md', import.meta.url), 'utf8').split(
    '## What builds on what',
  );
  const rows = section
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map(([folders, , imports, packages]) => ({
      folders: namesIn(folders),
      imports: namesIn(imports),
      packages: namesIn(packages),
    }));
  return rows.flatMap(({ folders, ...row }) => folders.map((folder) => ({ folder, ...row })));
};

const layers = readLayers();
const known = new Map(layers.map(({ folder, imports }) => [folder, imports]));

/** A folder may import only folders whose rows stand below its own: so there is no circle. */
for (const [index, { folder, imports }] of layers.entries()) {
  for (const name of imports) {
    const below = layers.findIndex((layer) => layer.folder === name);
    if (name !== 'generated' && below <= index)
      throw new Error(`docs/architecture.md: ${folder} imports ${name}, which has no row below`);
  }
}
if (layers.length < 20) throw new Error('docs/architecture.md: the table of layers cannot be read');

const escape = (text) => text.replaceAll(/[.\\/@-]/g, '\\$&');
// `domain` has files of its own and folders with rows of their own.
const pathOf = (folder) =>
  folder === 'domain' ? '^src/domain/[^/]+$' : folder === 'generated' ? '^generated/' : `^src/${folder}/`;
const OTHERS = '^(src|generated)/';

const rulesOf = ({ folder, imports, packages }) => [
  {
    name: `imports-of-${folder}`,
    comment: 'The table of docs/architecture.md says which folders a folder imports.',
    severity: 'error',
    from: { path: pathOf(folder) },
    to: {
      path: OTHERS,
      pathNot: [folder, ...imports].map(pathOf).join('|'),
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: `packages-of-${folder}`,
    comment: 'The table of docs/architecture.md says which packages a folder uses.',
    severity: 'error',
    from: { path: pathOf(folder) },
    to: {
      dependencyTypes: ['npm'],
      dependencyTypesNot: ['type-only'],
      pathNot: ['^$', ...packages.map((name) => `node_modules/${escape(name)}/`)].join('|'),
    },
  },
  {
    name: `modules-of-${folder}`,
    comment: 'The table of docs/architecture.md says which folders reach files, processes and the network.',
    severity: 'error',
    from: { path: pathOf(folder) },
    to: {
      path: IO,
      pathNot: [
        '^$',
        ...packages.filter((name) => name.startsWith('node:')).map((name) => `^(node:)?${name.slice(5)}(/promises)?$`),
      ].join('|'),
      dependencyTypesNot: ['type-only'],
    },
  },
];

export default {
  forbidden: [
    {
      name: 'no-import-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every-folder-has-a-row',
      comment: 'A new folder of src needs a row in the table of docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [...known.keys()].map(pathOf).join('|') },
      to: {},
    },
    {
      name: 'generated-code-imports-no-written-code',
      severity: 'error',
      from: { path: '^generated/' },
      to: { path: '^(src|scripts|test|packages|deploy)/' },
    },
    ...layers.flatMap(rulesOf),
    {
      name: 'production-needs-production-modules-only',
      comment: 'The container image has these programs, and neither development packages nor the other scripts.',
      severity: 'error',
      from: { path: PRODUCTION },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'production-needs-no-scripts-and-tests',
      severity: 'error',
      from: { path: PRODUCTION },
      to: { path: '^(scripts|test|deploy|packages)/' },
    },
    {
      name: 'no-unused-files',
      severity: 'error',
      from: {
        path: '^(src/main|scripts/[^/]+|packages/sandbox/src/main|packages/distribution-tools/bin/[^/]+|scripts/support/psql|scripts/bench/distributions)\\.ts$',
      },
      to: {
        path: '^(src|scripts|packages/(sandbox|distribution-tools))/',
        pathNot:
          '\\.d\\.ts$|\\.cjs$|^src/main\\.ts$|^scripts/[^/]+\\.ts$|psql\\.ts$|sandbox/src/main\\.ts$|bin/[^/]+\\.ts$|bench/distributions\\.ts$|^scripts/(reliability|sdk/scenarios)/',
        reachable: false,
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
