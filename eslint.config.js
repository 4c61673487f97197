// Which folder imports which is held by dependency-cruiser.config.js.
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const RULES = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/no-dynamic-delete': 'off',
  '@typescript-eslint/no-extraneous-class': 'off',
  '@typescript-eslint/no-unused-expressions': ['error', { allowTernary: false }],
  '@typescript-eslint/unified-signatures': 'off',
  'no-console': 'off',
  eqeqeq: 'error',
};

export default tseslint.config(
  {
    ignores: [
      'generated/**',
      'node_modules/**',
      'distributions/**',
      '.data/**',
      'site/**',
      'dist/**',
      'dist-*/**',
      'packages/client/src/contract.ts',
      'packages/client/dist/**',
      'scripts/node-version.cjs',
    ],
  },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.js'],
    rules: RULES,
  },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['src/**/*.ts'] })),
  {
    files: ['src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      ...RULES,
    },
  },
  {
    files: ['src/**/*.ts'],
    // The programs themselves.
    ignores: ['src/main.ts', 'src/telemetry.ts'],
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
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
