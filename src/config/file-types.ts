// Types of values that name a file. Each file is read once while the configuration is, so that the start finds what is wrong with it.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseKeyRing } from '../lib/secret-box.ts';
import { optional, type ValueType } from './value-types.ts';

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function fileWith(allowed: string, use: (content: Buffer) => unknown): ValueType<string | null> {
  return optional({
    allowed,
    parse: (path) => (succeeds(() => use(readFileSync(path))) ? path : undefined),
  });
}

export const readableFile = fileWith('the path of a readable file', () => {});

export const certificateFile = fileWith(
  'the path of a file with PEM certificates',
  (content) => new X509Certificate(content),
);

export const privateKeyFile = fileWith('the path of a file with a PEM private key', (content) =>
  createPrivateKey(content),
);

export const keyRingFile = fileWith(
  'the path of a JSON file `{"current": ID, "keys": {ID: 32 bytes in base64}}`',
  (content) => parseKeyRing(content.toString()),
);

/** Certificates themselves, and not their file. */
export const certificates: ValueType<string | null> = optional({
  allowed: 'PEM certificates',
  parse: (value) => (succeeds(() => new X509Certificate(value)) ? value : undefined),
});
