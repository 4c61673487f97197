// The layers of docs/architecture.md as rules: which folder imports which at run time, and which packages. Types are free.
import { readTable } from './scripts/support/markdown-table.ts';

const PRODUCTION = '^src/';

/** Modules of Node by which a program reaches files, processes and the network. */
const IO = '^(node:)?(fs|fs/promises|net|tls|http|https|dns|dns/promises|child_process|cluster|worker_threads)$';

const layers = readTable(new URL('docs/architecture.md', import.meta.url), '## What builds on what').flatMap(
  ([folders, , imports, packages]) => folders.map((folder) => ({ folder, imports, packages })),
);
if (layers.length < 20) throw new Error('docs/architecture.md: the table of layers cannot be read');

// A folder may import only folders whose rows stand below its own: so there is no circle.
for (const [index, { folder, imports }] of layers.entries()) {
  for (const name of imports) {
    const below = layers.findIndex((layer) => layer.folder === name);
    if (name !== 'generated' && below <= index)
      throw new Error(`docs/architecture.md: ${folder} imports ${name}, which has no row below`);
  }
}

const escape = (text) => text.replaceAll(/[.\\/@-]/g, '\\$&');
// `domain` has files of its own and folders with rows of their own.
const pathOf = (folder) =>
  folder === 'domain' ? '^src/domain/[^/]+$' : folder === 'generated' ? '^generated/' : `^src/${folder}/`;
const OTHERS = '^(src|generated)/';

const rulesOf = ({ folder, imports, packages }) => {
  const rule = (what, to) => ({
    name: `${what}-of-${folder}`,
    comment: 'The table of docs/architecture.md lists what a folder imports and uses.',
    severity: 'error',
    from: { path: pathOf(folder) },
    to: { dependencyTypesNot: ['type-only'], ...to },
  });
  const anyOf = (patterns) => ['^$', ...patterns].join('|');
  const ioModules = packages.filter((name) => name.startsWith('node:')).map((name) => name.slice('node:'.length));
  return [
    rule('imports', { path: OTHERS, pathNot: anyOf([folder, ...imports].map(pathOf)) }),
    rule('packages', {
      dependencyTypes: ['npm'],
      pathNot: anyOf(packages.map((name) => `node_modules/${escape(name)}/`)),
    }),
    rule('modules', { path: IO, pathNot: anyOf(ioModules.map((name) => `^(node:)?${name}(/promises)?$`)) }),
  ];
};

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
      from: { path: '^src/[^/]+/', pathNot: layers.map(({ folder }) => pathOf(folder)).join('|') },
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
        path: '^(src/main|src/telemetry|src/domain/passwords/password-worker|scripts/[^/]+|packages/sandbox/src/main|packages/distribution-tools/bin/[^/]+|scripts/support/psql|scripts/mutation/worker|scripts/bench/distributions)\\.ts$',
      },
      to: {
        path: '^(src|scripts|packages/(sandbox|distribution-tools))/',
        pathNot:
          '\\.d\\.ts$|\\.cjs$|^src/root-routes/assets/|^src/(main|telemetry)\\.ts$|password-worker\\.ts$|^scripts/[^/]+\\.ts$|psql\\.ts$|mutation/worker\\.ts$|sandbox/src/main\\.ts$|bin/[^/]+\\.ts$|bench/distributions\\.ts$|^scripts/(reliability|sdk/scenarios)/',
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
