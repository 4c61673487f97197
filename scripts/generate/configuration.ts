// src/config/variables → docs/configuration.md.
import { format } from 'prettier';
import type { Section, Variable } from '../../src/config/variable.ts';
import { SECTIONS } from '../../src/config/variables/index.ts';

const INTRODUCTION = `# Configuration

All settings are variables of the environment, which the service reads once at start. A file \`local.env\` in the working directory can
contain settings, too; variables that are set win over it. A value that is not allowed stops the start: a line for each names the
variable, its value unless that is secret, and what is allowed. A variable that is set to nothing counts as not set, except where any
text is allowed; a switch that is set to nothing is off. Unknown variables have no effect; those with nearly the name of a variable
are logged.

\`npm run config\` prints the settings in force, with secrets masked. \`since\` is the version of this service that added a variable, or
\`original\` for a variable of the service that this one replaces. \`npm run generate\` makes this page from
[\`src/config/variables\`](../src/config/variables).`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function row([name, { type, default: text, description, since, secret, alias }]: [string, Variable]): string {
  const names = [name, ...(alias === undefined ? [] : [alias])].map((one) => `\`${one}\``).join(', ');
  const cells = [names, description, type.allowed, text === '' ? '' : `\`${text}\``, secret ? 'yes' : '', since];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function sectionText({ title, variables }: Section): string {
  return [
    `## ${title}\n`,
    '| variable | meaning | allowed | default | secret | since |',
    '| --- | --- | --- | --- | --- | --- |',
    ...Object.entries(variables).map(row),
  ].join('\n');
}

function filesText(): string {
  const names = SECTIONS.flatMap(({ variables }) => Object.entries(variables))
    .filter(([, { fromFile }]) => fromFile)
    .map(([name]) => `\`${name}_FILE\``);
  return `## Values from files\n\nEach of these variables names a file with the value: ${names.join(', ')}.`;
}

/** The documentation of every variable, as Markdown. */
export function configurationPage(): Promise<string> {
  const text = [INTRODUCTION, ...SECTIONS.map(sectionText), filesText()].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 120 });
}
