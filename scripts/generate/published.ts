// The document that the service publishes: the contract without what only people read. The site has the rest.
import { firstSentence } from '../docs/html.ts';
import type { OpenApiDocument } from './document.ts';

type JsonObject = Readonly<Record<string, unknown>>;

interface Contract {
  readonly info: JsonObject;
  readonly paths: Readonly<Record<string, JsonObject>>;
  readonly components: Readonly<Record<string, JsonObject>>;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isObject(value) ? value : {};
};

/** Without the members for which `change` gives `undefined`. */
const mapMembers = (object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject => {
  const changed = Object.entries(object).map(([key, value]): [string, unknown] => [key, change(value, key)]);
  return Object.fromEntries(changed.filter(([, value]) => value !== undefined));
};

/** The keys of these objects are names, not keywords. */
const MAPS: ReadonlySet<string> = new Set(['properties', 'mapping', 'schemas', 'headers', 'parameters']);

/** Keywords without a meaning for programs; `required: false` is the default. */
const isLeftOut = (key: string, value: unknown): boolean =>
  ['example', 'examples', 'title'].includes(key) || (key === 'required' && value === false);

/** Without examples. @param describe the text in place of a description; `undefined` for none */
const shorten = (value: unknown, describe: (text: string) => string | undefined): unknown => {
  const inner = (one: unknown): unknown => shorten(one, describe);
  if (Array.isArray(value)) return value.map(inner);
  if (!isObject(value)) return value;
  return mapMembers(value, (member, key) => {
    if (MAPS.has(key) && isObject(member)) return mapMembers(member, inner);
    if (isLeftOut(key, member)) return undefined;
    return key === 'description' && typeof member === 'string' ? describe(member) : inner(member);
  });
};

const silent = (): undefined => undefined;

/** Names of components behind the references in a value, directly or through others. */
const reachable = (value: unknown, contract: Contract, found = new Set<string>()): ReadonlySet<string> => {
  if (Array.isArray(value)) for (const one of value) reachable(one, contract, found);
  if (!isObject(value)) return found;
  const { $ref } = value;
  if (typeof $ref === 'string' && !found.has($ref)) {
    found.add($ref);
    const [, , kind = '', name = ''] = $ref.split('/');
    reachable(contract.components[kind]?.[name], contract, found);
  }
  for (const one of Object.values(value)) reachable(one, contract, found);
  return found;
};

/**
 * Errors that the original API declares, by operation, where there are any: generated clients have types for them. All other
 * errors have the same form, which is that of `default`.
 */
const ORIGINAL_ERRORS: Readonly<Record<string, readonly string[]>> = {
  getDistribution: ['404', '500'],
  getArchitectures: ['403'],
  createBlueprint: ['403', '422'],
  getBlueprint: ['404'],
  updateBlueprint: ['404'],
  deleteBlueprint: ['404'],
  exportBlueprint: ['404'],
  composeBlueprint: ['403'],
  getBlueprintComposes: ['404'],
  getPackages: ['403'],
  composeImage: ['400', '403'],
  fixupBlueprint: ['404'],
};
const ERROR = 'Error';

/**
 * Operations with less text than the form of errors, which nearly all of the document's other operations have. As in the original,
 * these have no default.
 */
const WITHOUT_DEFAULT: ReadonlySet<string> = new Set([
  ...['getVersion', 'getReadiness', 'getOpenapiJson'],
  ...['deleteBlueprint', 'deleteCompose', 'fixupBlueprint'],
]);

/** The original declares this error without a form, and the operation has less text than one. */
const hasNoForm = (status: string, operationId: string): boolean =>
  operationId === 'fixupBlueprint' && status === '404';

const isDeclared = (status: string, operationId: string): boolean =>
  (Number(status) < 400 && status !== '304') || ORIGINAL_ERRORS[operationId]?.includes(status) === true;

const shortResponses = (responses: JsonObject, operationId: string): JsonObject => ({
  ...mapMembers(responses, (response, status) => {
    if (!isDeclared(status, operationId)) return undefined;
    return hasNoForm(status, operationId) ? { description: '' } : shortResponse(response);
  }),
  ...(WITHOUT_DEFAULT.has(operationId) ? {} : { default: { $ref: `#/components/responses/${ERROR}` } }),
});

/** Without headers: those of the service are the same for every operation. OpenAPI demands a description. */
const shortResponse = (response: unknown): unknown => {
  if (!isObject(response) || response['$ref'] !== undefined) return response;
  const { content } = response;
  return { description: '', ...(content === undefined ? {} : { content: shorten(content, silent) }) };
};

/** Caches of HTTP libraries send it without being asked. */
const isOfCaches = (parameter: unknown): boolean =>
  isObject(parameter) && parameter['$ref'] === '#/components/parameters/IfNoneMatch';

/** Without the description, which says what the summary of the operation says. */
const shortBody = ({ description: _, ...body }: JsonObject): JsonObject => body;

const shortOperation = ({ description: _, ...operation }: JsonObject): JsonObject => {
  const parameters = ((operation['parameters'] ?? []) as readonly unknown[]).filter((one) => !isOfCaches(one));
  const { parameters: __, ...rest } = shorten(operation, firstSentence) as JsonObject;
  return {
    ...rest,
    ...(isObject(rest['requestBody']) ? { requestBody: shortBody(rest['requestBody']) } : {}),
    ...(parameters.length === 0 ? {} : { parameters: shorten(parameters, firstSentence) }),
    responses: shortResponses(objectAt(operation, 'responses'), String(operation['operationId'])),
  };
};

/** Parameters of lists that the original does not have: the service checks their values, and their descriptions name them. */
const LIST_PARAMETERS = [
  ...['DistributionFilter', 'ImageTypeFilter', 'CreatedAfter', 'CreatedBefore', 'LabelFilter'],
  ...['ComposeSort', 'BlueprintSort', 'Cursor'],
];

/** Without enumerations, patterns and limits. */
const loose = ({ $ref, type, format, items }: JsonObject): JsonObject => ({
  type: $ref === undefined ? type : 'string',
  ...(format === undefined ? {} : { format }),
  ...(isObject(items) ? { items: loose(items) } : {}),
});

const shortParameters = (parameters: JsonObject): JsonObject =>
  mapMembers(shorten(parameters, firstSentence) as JsonObject, (parameter, name) =>
    isObject(parameter) && LIST_PARAMETERS.includes(name)
      ? { ...parameter, schema: loose(objectAt(parameter, 'schema')) }
      : parameter,
  );

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

/**
 * The contract with the same operations, parameters, bodies and schemas, without examples, long descriptions, and what is the
 * same for every operation: an assistant reads it in less than half the size.
 */
export function publishedDocument(document: OpenApiDocument): object {
  const contract = document as unknown as Contract;
  const paths = mapMembers(contract.paths, (item) =>
    mapMembers(item as JsonObject, (value, key) =>
      METHODS.has(key) ? shortOperation(value as JsonObject) : shorten(value, firstSentence),
    ),
  );
  const bodies = Object.values(contract.paths).flatMap((item) =>
    Object.values(item).map((operation) => (isObject(operation) ? operation['requestBody'] : undefined)),
  );
  const written = reachable(bodies, contract);
  // What callers write needs words more than what they read.
  const schemas = mapMembers(objectAt(contract.components, 'schemas'), (schema, name) =>
    shorten(schema, written.has(`#/components/schemas/${name}`) ? firstSentence : silent),
  );
  const declared = objectAt(contract.components, 'responses');
  const responses = { ...mapMembers(declared, shortResponse), [ERROR]: shortResponse(declared['InternalError']) };
  const components = {
    ...contract.components,
    ...{ schemas, responses },
    parameters: shortParameters(objectAt(contract.components, 'parameters')),
  };
  const used = reachable(paths, { ...contract, components } as Contract);
  const kept = (kind: string): JsonObject =>
    mapMembers(objectAt(components, kind), (component, name) =>
      used.has(`#/components/${kind}/${name}`) ? component : undefined,
    );
  const info = { ...contract.info, description: firstSentence(String(contract.info['description'])) };
  return {
    ...{ ...contract, info, paths },
    components: { schemas, parameters: kept('parameters'), responses: kept('responses') },
  };
}
