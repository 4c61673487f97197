import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../process/support.ts';

interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** A stage of the Dockerfile: what follows one FROM. */
export interface Stage {
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/** Stages of a Dockerfile, in order. Continued lines are joined, comments are left out. */
export const readStages = (file = 'Dockerfile'): readonly Stage[] => {
  const lines = readFileSync(join(ROOT, file), 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: { name: string | null; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push({ name: / AS (\w+)$/.exec(value)?.[1] ?? null, instructions: [] });
    else stages.at(-1)?.instructions.push({ name, value });
  }
  return stages;
};

/** Values of an instruction, in order. */
export const valuesOf = ({ instructions }: Stage, name: string): readonly string[] =>
  instructions.filter((instruction) => instruction.name === name).map(({ value }) => value);

/** What a stage copies from the project, and where to. */
export const copiesOf = (stage: Stage): readonly { readonly sources: readonly string[]; readonly target: string }[] =>
  valuesOf(stage, 'COPY')
    .filter((value) => !value.startsWith('--from='))
    .map((value) => {
      const paths = value.split(/\s+/);
      return { sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
    });

/** The packages that a stage copies from the modules of another one. */
export const copiedPackagesOf = (stage: Stage): readonly string[] =>
  valuesOf(stage, 'COPY').flatMap((value) => {
    const [, name] = /^--from=\w+ \/app\/node_modules\/(\S+) \.\/node_modules\/\1$/.exec(value) ?? [];
    return name === undefined ? [] : [name];
  });

/** The variables of a stage, with values for its build arguments. */
export const environmentOf = (stage: Stage, args: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    valuesOf(stage, 'ENV').flatMap((value) =>
      [...value.matchAll(/(?<!\S)(\w+)=(?:"([^"]*)"|(\S*))/g)].map(([, name = '', quoted, text = '']) => [
        name,
        (quoted ?? text).replaceAll(/\$(\w+)/g, (_all, argument: string) => args[argument] ?? ''),
      ]),
    ),
  );
