import { closestMatch } from 'leven';
import type { Environment } from './environment.ts';
import { VARIABLES_BY_NAME } from './variables/index.ts';

/** A variable that is set and unknown, and the variable that it probably stands for. */
export interface Misspelt {
  readonly name: string;
  readonly nearest: string;
}

/** Letters of a name for each wrong one: short names of other programs are near to ours (`USER` and `PGUSER`). */
const LETTERS_PER_MISTAKE = 4;
const MOST_MISTAKES = 2;

/** Variables of other programs whose names are near. */
const FOREIGN = new Set(['FTP_PROXY']);

const NAMES = [...VARIABLES_BY_NAME.keys()];

/** A cheap test before the distance is measured: the start of the process waits for it. */
function mayBeNear(known: string, written: string, maxDistance: number): boolean {
  const isOfLength = Math.abs(known.length - written.length) <= maxDistance;
  return isOfLength && (known[0] === written[0] || known.at(-1) === written.at(-1));
}

/** Finds the variables of an environment that are not ours and have nearly the name of one, in any case. */
export function findMisspelt(env: Environment): readonly Misspelt[] {
  return Object.keys(env).flatMap((name) => {
    const written = name.toUpperCase();
    if (!env[name] || VARIABLES_BY_NAME.has(name) || FOREIGN.has(written)) return [];
    const maxDistance = Math.min(Math.floor(written.length / LETTERS_PER_MISTAKE), MOST_MISTAKES);
    const candidates = NAMES.filter((known) => mayBeNear(known, written, maxDistance));
    const nearest = closestMatch(written, candidates, { maxDistance });
    return nearest === undefined ? [] : [{ name, nearest }];
  });
}
