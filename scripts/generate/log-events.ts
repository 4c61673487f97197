// src/observability/log-events → docs/log-events.md.
import { format } from 'prettier';
import { LOG_EVENT_SECTIONS } from '../../src/observability/log-events.ts';

const INTRODUCTION = `# Log events

Every log line is a JSON object with the field \`event\`. Its value is one of the names below, and stays the same between releases: filter,
count and alert by it. The message \`msg\` is for people, and may change. The other fields of a line say what it is about: \`service\`,
\`org_id\`, \`job_id\`, \`trace_id\`; \`err\` has the error with its causes.

\`npm run generate\` makes this page from [\`src/observability/log-events\`](../src/observability/log-events). A logger does not
compile with a name that is not in this table, or at a level that the table does not have.`;

/** The documentation of every log event, as Markdown. */
export function logEventsPage(): Promise<string> {
  const sections = LOG_EVENT_SECTIONS.map(({ title, events }) =>
    [
      `## ${title}\n`,
      '| event | level | meaning | what to do |',
      '| --- | --- | --- | --- |',
      ...Object.entries(events).map(([name, { level, meaning, action }]) => {
        const levels = [level].flat().map((one) => `\`${one}\``);
        return `| \`${name}\` | ${levels.join(', ')} | ${meaning} | ${action ?? 'Nothing.'} |`;
      }),
    ].join('\n'),
  );
  return format([INTRODUCTION, ...sections].join('\n\n'), { parser: 'markdown', printWidth: 120 });
}
