import type { Request, Response } from 'express';

/** Policy of a page without scripts: it shows its style sheet and icon, and nothing of other hosts. */
export const PAGE_POLICY = [
  ...["default-src 'none'", "style-src 'self'", "img-src 'self' data:"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** Text as it stands in HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A page of the service itself. @param script path of its script, none when absent */
export function pageHtml({ title, body, script }: { title: string; body: string; script?: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/tokens.css">
<link rel="stylesheet" href="/front.css">
${script === undefined ? '' : `<script type="module" src="${script}"></script>`}
</head>
<body>
${body}
</body>
</html>
`;
}

/** Whether a client prefers a page to JSON: browsers do. */
export function acceptsPages(req: Request): boolean {
  return req.accepts(['json', 'html']) === 'html';
}

/** Sends a page. @param policy its Content-Security-Policy */
export function sendPage(res: Response, html: string, policy: string, status = 200): void {
  res.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
  });
  res.end(html);
}
