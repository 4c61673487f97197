// src/lib/error-codes.ts → docs/errors.md.
import { format } from 'prettier';
import { STATUS } from '../../src/http/error-response.ts';
import { ERROR_CODES, type ErrorCodeEntry } from '../../src/lib/error-codes.ts';

const INTRODUCTION = `# Errors

A request that fails gets a status and a list of errors:

\`\`\`json
{ "errors": [{ "title": "404", "detail": "blueprint not found" }] }
\`\`\`

Clients of the published API compare these entries as a whole. A request with the header \`Prefer: errors=detailed\` gets entries with
more members:

| member | meaning |
| --- | --- |
| \`code\` | the kind of mistake: one of the codes below, which stay the same between releases |
| \`pointer\` | the place of the mistake, where it is known: a JSON pointer into the body, empty for all of it, or a parameter as \`query.NAME\`, \`path.NAME\` or \`header.NAME\` |
| \`value\` | the value at that place, shortened, for texts and numbers without secrets |
| \`takes\` | what the place takes instead |
| \`suggestion\` | the name or value that was probably meant |
| \`doc_url\` | the description of the code, relative to the address of the service |

Such a list has an entry for each mistake of a body. Without the header, a body that does not match its schema has one entry,
whose \`detail\` names the others.

The operations of the published API ignore members and query parameters that they do not know, and name them in the header
\`Image-Builder-Warnings\`. With \`Prefer: handling=strict\` the service refuses such a request. All other operations refuse it
always.

Decide by \`code\` and the status; \`detail\` is for people, and may change. A response that is repeated for an \`Idempotency-Key\` has
the members of the published API only.

\`npm run generate\` makes this page from [\`src/lib/error-codes.ts\`](../src/lib/error-codes.ts); the service shows it at
\`/docs/errors\`.`;

function codeText([code, { kind, meaning, action, example, right }]: [string, ErrorCodeEntry]): string {
  return [
    `## ${code}\n`,
    `- **Status**: ${STATUS[kind]}`,
    `- **Meaning**: ${meaning}`,
    `- **What to do**: ${action}`,
    `- **Example**: \`${example}\``,
    `\nRight, or what to send next:\n\n\`\`\`sh\n${right}\n\`\`\``,
  ].join('\n');
}

/** The documentation of every error code, as Markdown. */
export function errorsPage(): Promise<string> {
  const text = [INTRODUCTION, ...Object.entries<ErrorCodeEntry>(ERROR_CODES).map(codeText)].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 120 });
}
