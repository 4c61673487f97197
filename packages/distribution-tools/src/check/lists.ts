import { Ajv } from 'ajv';
import { toIssues } from '../definition.ts';
import { byName, type ListKind } from '../lists.ts';
import { repeated, type IssueReporter } from './issue.ts';

const text = { type: 'string' };
const name = { type: 'string', minLength: 1, pattern: '^\\S+$' };

const listOf = (properties: Readonly<Record<string, object>>): object => ({
  type: 'array',
  items: { type: 'object', required: Object.keys(properties), additionalProperties: false, properties },
});

const ajv = new Ajv({ allErrors: true, strict: false });
const group = listOf({ id: name, name: text, description: text });
const validators = {
  packages: ajv.compile(listOf({ name, summary: text })),
  groups: ajv.compile(group),
  environments: ajv.compile(group),
  modules: ajv.compile(listOf({ name, stream: name, summary: text, default: { type: 'boolean' } })),
} as const satisfies Record<ListKind, unknown>;

/** Name of an item in messages, and the member that identifies it. */
const identity: Readonly<Record<ListKind, readonly [member: string, of: (item: Record<string, unknown>) => string]>> = {
  packages: ['name', (item) => String(item['name'])],
  groups: ['id', (item) => String(item['id'])],
  environments: ['id', (item) => String(item['id'])],
  modules: ['stream', (item) => `${String(item['name'])}:${String(item['stream'])}`],
};

/**
 * Checks a list of a repository.
 * @returns the names in it; none of a list of another shape
 */
export function checkList(kind: ListKind, json: unknown, { error, warning }: IssueReporter): readonly string[] {
  const validate = validators[kind];
  validate(json);
  const problems = toIssues(validate.errors);
  for (const { field, message, isUnknownMember } of problems) (isUnknownMember ? warning : error)(field, message);
  if (problems.some(({ isUnknownMember }) => !isUnknownMember)) return [];
  const items = json as Record<string, unknown>[];
  const [member, nameOf] = identity[kind];
  const found = items.map(nameOf);
  for (const { text: again, index, first } of repeated(found)) {
    error(`/${index}/${member}`, `${JSON.stringify(again)} is listed before, at /${first}`);
  }
  if (items.length === 0) warning('', 'is empty');
  if (kind !== 'packages') return found;
  const lowered = items.map((item) => String(item['name']).toLowerCase());
  const unsorted = lowered.findIndex(
    (each, index) => index > 0 && byName({ name: lowered[index - 1] ?? '' }, { name: each }) > 0,
  );
  if (unsorted > 0)
    warning(`/${unsorted}/name`, 'is not where it belongs by name, and users see the order of the file');
  return found;
}
