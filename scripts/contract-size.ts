// npm run contract:size: what one read of each operation of the published document costs, against the original's document.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationSizes, totalSize } from './contract/document-size.ts';
import type { OpenApiDocument } from './generate/document.ts';

const DOCUMENT = join(import.meta.dirname, '../generated/openapi.json');

const sizes = operationSizes(JSON.parse(await readFile(DOCUMENT, 'utf8')) as OpenApiDocument);
const columns = [32, 10, 10, 6] as const;
const row = (cells: readonly string[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padEnd(columns[at]) : cell.padStart(columns[at] ?? 0))).join(' ');

console.log(row(['operation', 'characters', 'original', 'ratio']));
for (const { operationId, characters, original } of [...sizes, totalSize(sizes)])
  console.log(row([operationId, String(characters), String(original), (characters / original).toFixed(2)]));
