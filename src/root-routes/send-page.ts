import type { Response } from 'express';

/** Sends a page. @param policy its Content-Security-Policy */
export function sendPage(res: Response, html: string, policy: string): void {
  res.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
  });
  res.end(html);
}
