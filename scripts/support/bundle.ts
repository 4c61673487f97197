import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../src/lib/root.ts';

/**
 * `node:http` as it is required, not imported: an import reads each of its members, one of which would load all of the built-in
 * HTTP client, which nothing here uses, and take a fifth of the start.
 */
const requiredHttp: Plugin = {
  name: 'required-http',
  setup: (plugin) => {
    plugin.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'http', namespace: 'built-in' } : { path: 'node:http', external: true },
    );
    plugin.onLoad({ filter: /./, namespace: 'built-in' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
      loader: 'js',
    }));
  },
};

/** Packages that the bundle loads from `node_modules`: piscina starts a file of its own package. */
export const UNBUNDLED = ['piscina'] as const;

/** Where the bundle goes that the container image runs. */
export const BUNDLE = join(ROOT, 'dist');

/** What modules of the older kind expect to be there. */
const BANNER =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/**
 * Puts the service with all of its modules into a few files, which are loaded in half of the time that a thousand take.
 * @param directory where they go, alone: directly below the one with `generated`, `distributions` and `node_modules`
 * @returns the program to be run
 */
export async function bundleService(directory: string): Promise<string> {
  await rm(directory, { recursive: true, force: true });
  await build({
    ...{ absWorkingDir: ROOT, outdir: directory },
    // The program of a thread is a file of its own.
    entryPoints: {
      ...{ main: 'src/main.ts', telemetry: 'src/telemetry.ts' },
      'password-worker': 'src/domain/passwords/password-worker.ts',
    },
    // graphile-worker can read its configuration from TypeScript, which the service does not have.
    external: ['typescript', ...UNBUNDLED],
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node26' },
    ...{ banner: { js: BANNER }, plugins: [requiredHttp], logLevel: 'warning', legalComments: 'eof' },
    // The process keeps its source, at two bytes a character where one is beyond Latin-1, as in comments. Names and lines are for
    // stack traces.
    ...{ minifyWhitespace: true, lineLimit: 160 },
  });
  return join(directory, 'main.js');
}
