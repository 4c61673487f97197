import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----\r?\n[^-]*-----END CERTIFICATE-----/g;

const isCertificate = (block: string): boolean => {
  try {
    return new X509Certificate(block).serialNumber !== '';
  } catch {
    return false;
  }
};

/** Whether a text has at least one certificate in PEM format, and no malformed one. */
export function isCertificateBundle(text: string): boolean {
  const blocks = text.match(BLOCK) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate);
}
