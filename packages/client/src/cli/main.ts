#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { run } from './program.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), {
  out: (part) => void process.stdout.write(part),
  err: (part) => void process.stderr.write(part),
  env: process.env,
  readInput: () => text(process.stdin),
  terminal: process.stderr.isTTY ? process.stderr : null,
  signal: interrupt.signal,
});
