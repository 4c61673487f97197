// The table of docs/architecture.md (which code builds on what) as lint rules, so that review can talk about behaviour.
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const FRAMEWORKS = ['express', 'openapi-backend'];
const DATABASE = ['pg', 'slonik'];
const OUTGOING = ['got', 'undici', 'node:http', 'node:https'];
const IO = [...DATABASE, ...OUTGOING, ...FRAMEWORKS, 'node:fs', 'node:fs/promises', 'node:net'];

/** Imports that code of a folder does not make, each with the reason. */
const boundary = (folder, message, { packages = [], paths = [], ignores = [] }) => ({
  files: [`src/${folder}/**/*.ts`],
  ignores,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: packages.map((name) => ({ name, message, allowTypeImports: false })),
        patterns: paths.map((regex) => ({ regex, message })),
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['generated/**', 'node_modules/**', 'distributions/**', '.data/**', 'site/**', 'dist/**', 'dist-*/**'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.js'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-expressions': ['error', { allowTernary: false }],
      '@typescript-eslint/unified-signatures': 'off',
      'no-console': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'src/main.ts passes the environment to src/config, which reads it',
        },
      ],
    },
  },
  {
    // Texts of callers are matched with these: none may be made to look at the same character again and again.
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
    },
  },
  boundary('redaction', 'what is secret depends on nothing else', {
    packages: IO,
    paths: ['/clients/', '/db/', '/handlers/', '/http/', '/content/'],
  }),
  boundary('config', 'the configuration depends on variables and files alone', {
    packages: [...DATABASE, ...OUTGOING, ...FRAMEWORKS, 'node:net'],
    paths: ['/clients/', '/db/', '/handlers/', '/http/'],
  }),
  boundary('handlers', 'a handler states one operation: no SQL, no HTTP, no framework', {
    packages: IO,
    paths: ['db/(?!index)'],
    ignores: ['src/handlers/index.ts'],
  }),
  boundary('compose', 'the translation of a request is pure', {
    packages: IO,
    paths: ['/clients/', '/handlers/', '/content/', '/http/'],
  }),
  boundary('blueprints', 'the rules of blueprints are pure', { packages: IO, paths: ['/handlers/', '/http/'] }),
  boundary('audit', 'the log is written through the database it is given', {
    packages: IO,
    paths: ['/clients/', '/handlers/', '/http/'],
  }),
  boundary('lists', 'how a list is read depends on no framework', {
    packages: IO,
    paths: ['/clients/', '/handlers/', '/http/', '/content/'],
  }),
  boundary('contract', 'what the contract means depends on nothing else', {
    packages: IO,
    paths: ['/clients/', '/db/', '/handlers/', '/http/'],
  }),
  boundary('db', 'tables and contract change at different times', {
    packages: [...FRAMEWORKS, ...OUTGOING],
    paths: ['/handlers/', '/http/', '/generated/'],
  }),
  boundary('clients', 'another service changes without touching an operation', {
    packages: [...FRAMEWORKS, ...DATABASE],
    paths: ['/handlers/', '/db/', '/http/'],
  }),
  boundary('content', 'other services are asked through src/upstream', {
    packages: [...FRAMEWORKS, ...DATABASE, 'got'],
    paths: ['/handlers/', '/db/', '/http/'],
  }),
  boundary('schedules', 'what is built by the clock is built like everything else', {
    packages: IO,
    paths: ['/handlers/', '/http/'],
  }),
  boundary('rate-limits', 'a limit knows nothing of requests', {
    packages: [...FRAMEWORKS, ...OUTGOING, 'slonik'],
    paths: ['/handlers/', '/http/', '/clients/'],
  }),
  boundary('events', 'what is told knows nothing of requests', {
    packages: [...FRAMEWORKS, ...DATABASE, ...OUTGOING],
    paths: ['/handlers/', '/http/', '/clients/'],
  }),
  boundary('webhooks', 'messages are sent through src/upstream and kept by src/db', {
    packages: [...FRAMEWORKS, ...DATABASE, ...OUTGOING],
    paths: ['/handlers/', '/http/'],
  }),
  boundary('response', 'a body knows nothing of requests', {
    packages: IO,
    paths: ['/clients/', '/db/', '/handlers/', '/http/'],
  }),
  boundary('idempotency', 'keys are stored through the context', { packages: IO, paths: ['/clients/', '/handlers/'] }),
  boundary('root-routes', 'the frameworks are replaced in one place', {
    packages: [...DATABASE, 'got'],
    paths: ['/db/', '/clients/'],
  }),
  boundary('http', 'the frameworks are replaced in one folder', {
    packages: [...DATABASE, 'got'],
    paths: ['/db/', '/clients/'],
  }),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
