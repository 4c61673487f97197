// Compiles the package: ES modules and the program to dist, CommonJS to dist/cjs.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const DIST = join(import.meta.dirname, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(DIST, { recursive: true, force: true });
for (const config of ['tsconfig.json', 'tsconfig.cli.json', 'tsconfig.cjs.json']) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(import.meta.dirname, config)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// TypeScript leaves the names of sources in declarations, which other resolutions than its own do not find.
for (const file of readdirSync(DIST).filter((name) => name.endsWith('.d.ts'))) {
  const path = join(DIST, file);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  copyFileSync(path, join(DIST, 'cjs', file));
}
// The types of the contract are most of the package: one copy serves both.
writeFileSync(join(DIST, 'contract.d.ts'), "export * from './cjs/contract.js';\n");
writeFileSync(join(DIST, 'cjs/package.json'), '{ "type": "commonjs" }\n');
