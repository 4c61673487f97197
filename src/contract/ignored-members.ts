import type { Finding } from '../domain/build-rules/rule.ts';
import { ServiceError } from '../lib/errors.ts';
import { given } from '../lib/members.ts';
import { pathOf, pointerOf } from '../lib/pointer.ts';
import { quote } from '../lib/quote.ts';
import { adviceFor, suggestMember } from './suggestions.ts';
import type { UnknownMember } from './unknown-members.ts';

/** A member of the body or a parameter that the service does not know: it takes the request without it. */
export interface IgnoredMember {
  readonly kind: 'member' | 'parameter';
  /** JSON pointer, or `query.NAME`. */
  readonly pointer: string;
  /** What a person reads, such as `customizations.users[0].key`. */
  readonly place: string;
  /** The names that the object or the operation has. */
  readonly takes: string;
  readonly suggestion?: string;
  /** What to do instead, where no name says it. */
  readonly advice?: string;
}

/** Characters of a name in texts. */
const MAX_NAME = 200;

const namesOf = (known: readonly string[]): string => (known.length === 0 ? 'none' : known.join(', '));

const remedyFor = (name: string, known: readonly string[]): Pick<IgnoredMember, 'takes' | 'suggestion' | 'advice'> => {
  return {
    takes: namesOf(known),
    ...given({ suggestion: suggestMember(name, known), advice: adviceFor(name) }),
  };
};

const shortened = (text: string): string => text.slice(0, MAX_NAME).toWellFormed();

/** An unknown member of a body. */
export function ignoredMember({ path, known }: UnknownMember): IgnoredMember {
  const pointer = shortened(pointerOf(path));
  return { kind: 'member', pointer, place: pathOf(pointer), ...remedyFor(String(path.at(-1)), known) };
}

/** Characters that names have; others do not return to a browser, which may take them for markup. */
const NO_NAME = /[^\w.[\]$-]/g;

/** An unknown parameter of a query. */
export function ignoredParameter(name: string, known: readonly string[]): IgnoredMember {
  const shown = shortened(name).replaceAll(NO_NAME, '?');
  return {
    kind: 'parameter',
    pointer: `query.${shown}`,
    place: `parameter ${quote(shown)}`,
    ...remedyFor(name, known),
  };
}

const hintOf = ({ suggestion, advice, takes, kind }: IgnoredMember): string => {
  if (suggestion !== undefined) return `did you mean ${quote(suggestion)}?`;
  return advice ?? `the ${kind === 'member' ? 'members' : 'parameters'} are: ${takes}`;
};

/** The warning about an ignored member. */
export function ignoredWarning(ignored: IgnoredMember): Finding {
  const { kind, pointer, place, takes, suggestion } = ignored;
  return {
    kind: 'warning',
    ...{ pointer, title: `unknown ${kind}`, takes },
    detail: `${place} is unknown and ignored; ${hintOf(ignored)}`,
    ...given({ suggestion }),
  };
}

/** The error for a caller who wants unknown members refused, and of operations that never take them. */
export function ignoredError(ignored: readonly IgnoredMember[]): ServiceError {
  return new ServiceError(
    'invalid',
    ignored.map((entry) => {
      const { kind, pointer, place, takes, suggestion } = entry;
      return {
        code: kind === 'member' ? 'member.unknown' : 'parameter.unknown',
        ...{ pointer, takes },
        detail: `${place} is unknown; ${hintOf(entry)}`,
        ...given({ suggestion }),
      };
    }),
  );
}
