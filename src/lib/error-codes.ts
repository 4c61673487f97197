import type { ErrorKind } from './errors.ts';

/** What a code means to a caller. docs/errors.md and /docs/errors are made from it. */
export interface ErrorCodeEntry {
  /** The kind of its errors, which decides the status. */
  readonly kind: ErrorKind;
  readonly meaning: string;
  readonly action: string;
  /** The `detail` of such an error. */
  readonly example: string;
  /** A right request, or the next one to send, with the address of the API as `$API`. */
  readonly right: string;
}

/** Path of the page that describes every code, each under its name as anchor. */
export const ERRORS_PATH = '/docs/errors';

const IMAGE =
  '"distribution":"centos-9","image_requests":[{"architecture":"x86_64","image_type":"guest-image",' +
  '"upload_request":{"type":"aws.s3","options":{}}}]';

/** A request that builds or saves an image. @param more members of the body @param header for curl */
const post = (path: string, more = '', header = ''): string =>
  [
    ...[`curl $API${path}`, "-H 'content-type: application/json'", header].filter((part) => part !== ''),
    `-d '{${IMAGE}${more === '' ? '' : `,${more}`}}'`,
  ].join(' ');

export const ERROR_CODES = {
  'request.malformed': {
    kind: 'invalid',
    meaning: 'The request is not HTTP, has two Host headers, or its body is not JSON in UTF-8.',
    action: 'Correct the program that writes the request.',
    example: 'the request has more than one Host header',
    right: post('/compose'),
  },
  'request.invalid': {
    kind: 'invalid',
    meaning: 'The request has the right form, but cannot be executed as it is.',
    action: 'Change what `detail` names.',
    example: 'Invalid image type for upload target',
    right: post('/compose'),
  },
  'body.invalid': {
    kind: 'invalid',
    meaning: 'The body does not match the schema of the operation.',
    action: 'Change the member that `pointer` names.',
    example: 'request body has an error: Error at "/distribution": property "distribution" is missing',
    right: post('/compose', '"customizations":{"packages":["nginx"]}'),
  },
  'parameter.invalid': {
    kind: 'invalid',
    meaning: 'A parameter of the path, the query or a header does not match the contract.',
    action: 'Change the parameter that `pointer` names.',
    example: 'parameter "limit" in query has an error: number must be at least 1',
    right: `curl "$API/composes?limit=10&offset=20"`,
  },
  'member.unknown': {
    kind: 'invalid',
    meaning:
      'The body has a member that the operation does not know, and the operation or the caller wants that refused.',
    action: 'Rename the member as `suggestion` says, or leave it out.',
    example: 'customizations.users[0].key is unknown; did you mean "ssh_key"?',
    right: post(
      '/compose',
      '"customizations":{"users":[{"name":"me","ssh_key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example.com"}]}',
      `-H 'prefer: handling=strict'`,
    ),
  },
  'parameter.unknown': {
    kind: 'invalid',
    meaning:
      'The query has a parameter that the operation does not know, and the operation or the caller wants that refused.',
    action: 'Rename the parameter as `suggestion` says, or leave it out.',
    example: 'parameter "page_size" is unknown; did you mean "limit"?',
    right: `curl "$API/composes?limit=10" -H 'prefer: handling=strict'`,
  },
  'distribution.not_available': {
    kind: 'invalid',
    meaning: 'There is no distribution of that name, or it needs an entitlement to RHEL that the caller does not have.',
    action: 'Choose a distribution of `GET /distributions`, which lists what this caller can build.',
    example: 'distribution not available',
    right: `curl $API/distributions`,
  },
  'content.not_available': {
    kind: 'invalid',
    meaning:
      'A repository, snapshot, content template, compliance policy, container or cloud source of the request does not exist, or has no content for this image.',
    action: 'Change what `pointer` names to content that exists, or leave it out.',
    example: 'content template 4dba93e9-1e74-4dfd-9a4d-1d7d4f2f0c33 not found',
    right: post(
      '/compose',
      '"customizations":{"custom_repositories":[{"id":"epel","baseurl":["https://dl.fedoraproject.org/pub/epel/9/Everything/x86_64/"]}]}',
    ),
  },
  'identity.refused': {
    kind: 'invalid',
    meaning: 'The identity header is too long. Other refusals of an identity are plain text, and have no code.',
    action: 'Send the identity header that the gateway made.',
    example: 'Bad Request: the x-rh-identity header is longer than 16384 bytes',
    right: `curl $API/version -H "x-rh-identity: $IDENTITY"`,
  },
  'access.denied': {
    kind: 'forbidden',
    meaning: 'The caller may not do this.',
    action: 'Ask the administrator of the organization for permission.',
    example: 'only administrators of the organization may read its audit log',
    right: `curl $API/quota`,
  },
  'quota.exceeded': {
    kind: 'forbidden',
    meaning: 'The organization has used its quota of composes.',
    action: 'Repeat the request after `Retry-After`; `GET /quota` shows what is left.',
    example: 'Quota exceeded for user',
    right: `curl $API/quota`,
  },
  'storage.limit_reached': {
    kind: 'forbidden',
    meaning: 'The organization stores as many blueprints, versions or bytes as it may.',
    action: 'Delete blueprints or composes; `GET /quota` shows limits and use.',
    example: 'Limit of 10000 blueprints reached for the organization: it has 10000',
    right: `curl -X DELETE $API/blueprints/$BLUEPRINT`,
  },
  'resource.not_found': {
    kind: 'notFound',
    meaning: 'The resource does not exist, is deleted, or belongs to another organization.',
    action: 'Check the id.',
    example: 'blueprint not found',
    right: `curl "$API/blueprints?name=web%20server"`,
  },
  'operation.not_found': {
    kind: 'notFound',
    meaning: 'The API has no such path.',
    action: 'Check the path against the OpenAPI document.',
    example: 'no matching operation was found',
    right: `curl $API/composes`,
  },
  'method.not_allowed': {
    kind: 'methodNotAllowed',
    meaning: 'The path exists, but not with this method.',
    action: 'Use a method that the header `Allow` names.',
    example: 'method not allowed',
    right: `curl -i -X OPTIONS $API/composes`,
  },
  'request.timeout': {
    kind: 'requestTimeout',
    meaning: 'The request did not arrive in time.',
    action: 'Repeat it over a faster connection.',
    example: 'the request did not arrive in time',
    right: post('/compose'),
  },
  'state.conflict': {
    kind: 'conflict',
    meaning: 'The state of the resource does not allow this.',
    action: 'Read the resource, and repeat the request when its state allows it.',
    example: 'the build is not finished',
    right: `curl $API/composes/$ID`,
  },
  'idempotency.in_progress': {
    kind: 'conflict',
    meaning: 'The outcome of the first request with this `Idempotency-Key` is not known yet.',
    action: 'Repeat the request with the same key after `Retry-After`.',
    example: 'Idempotency-Key: the first request with this key is still running',
    right: post('/compose', '', '-H "idempotency-key: $SAME_KEY"'),
  },
  'idempotency.key_reused': {
    kind: 'unprocessable',
    meaning: 'The `Idempotency-Key` was used for another request.',
    action: 'Use a new key for a new request.',
    example: 'Idempotency-Key: the key was used for another request; use a new key for a new request',
    right: post('/compose', '', '-H "idempotency-key: $(uuidgen)"'),
  },
  'precondition.failed': {
    kind: 'preconditionFailed',
    meaning: 'The resource has changed since the caller read it.',
    action: 'Read the resource again, and repeat the change with the new `ETag`.',
    example: 'the newest version of the blueprint is none of those that If-Match names',
    right: `curl -i $API/blueprints/$BLUEPRINT`,
  },
  'body.too_large': {
    kind: 'tooLarge',
    meaning: 'The body is larger than the service accepts, as it is sent or decompressed.',
    action: 'Send less, for example fewer or smaller files.',
    example: 'the request body is larger than 2097152 bytes',
    right: post('/compose', '"customizations":{"containers":[{"source":"quay.io/example/large:latest"}]}'),
  },
  'media_type.unsupported': {
    kind: 'unsupportedMediaType',
    meaning: 'The body has a media type or an encoding that the operation does not take.',
    action: 'Send JSON with `Content-Type: application/json`.',
    example: 'request must be json-encoded',
    right: post('/compose'),
  },
  'rule.violated': {
    kind: 'unprocessable',
    meaning: 'The body matches its schema, but breaks a rule. Each broken rule has an entry.',
    action: 'Change the member that `pointer` names, or what `detail` names.',
    example: 'mountpoint "x" must be absolute',
    right: post('/blueprints', '"name":"web server","customizations":{"files":[{"path":"/etc/motd","data":"hello"}]}'),
  },
  'name.not_unique': {
    kind: 'unprocessable',
    meaning: 'The organization has another blueprint of this name.',
    action: 'Choose another name.',
    example: 'A blueprint with the same name already exists.',
    right: post('/blueprints', '"name":"another web server","customizations":{"packages":["nginx"]}'),
  },
  'rate_limit.exceeded': {
    kind: 'tooManyRequests',
    meaning: 'The organization sends too many requests, or has too many requests or streams in progress.',
    action: 'Repeat the request after `Retry-After`.',
    example: 'too many requests',
    right: `curl $API/quota`,
  },
  'headers.too_large': {
    kind: 'headersTooLarge',
    meaning: 'The headers are larger than the service accepts.',
    action: 'Send fewer or shorter headers.',
    example: 'the headers of the request are too large',
    right: `curl $API/version`,
  },
  'service.failed': {
    kind: 'internal',
    meaning: 'The service, or a service behind it, failed.',
    action: 'Repeat the request later; report the header `X-Strc-Trace-Id` if it fails again.',
    example: 'Internal Server Error',
    right: `curl $API/ready`,
  },
  'secret.unreadable': {
    kind: 'internal',
    meaning: 'The object has a secret that is stored encrypted, and its key is missing or wrong.',
    action: 'Ask the operator to restore the key; otherwise delete the object, and create it again with its secrets.',
    example: 'a stored secret cannot be decrypted: the operator has to restore its encryption key',
    right: `curl -X DELETE $API/webhooks/$WEBHOOK`,
  },
  'outcome.unknown': {
    kind: 'internal',
    meaning: 'The service failed after the request may have had an effect.',
    action: 'Look for the effect, such as a new compose, before the request is repeated.',
    example: 'Internal Server Error',
    right: `curl "$API/composes?limit=10"`,
  },
  'service.unavailable': {
    kind: 'unavailable',
    meaning: 'The service is overloaded, or is stopping, or misses a service that it needs.',
    action: 'Repeat the request after `Retry-After`.',
    example: 'the service is overloaded',
    right: `curl $API/ready`,
  },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;

/** The kind of mistake of an error, for programs. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The code of an error that names none. */
export const CODE_OF_KIND: Readonly<Record<ErrorKind, ErrorCode>> = {
  invalid: 'request.invalid',
  unauthorized: 'identity.refused',
  forbidden: 'access.denied',
  notFound: 'resource.not_found',
  methodNotAllowed: 'method.not_allowed',
  requestTimeout: 'request.timeout',
  conflict: 'state.conflict',
  preconditionFailed: 'precondition.failed',
  tooLarge: 'body.too_large',
  unsupportedMediaType: 'media_type.unsupported',
  unprocessable: 'rule.violated',
  tooManyRequests: 'rate_limit.exceeded',
  headersTooLarge: 'headers.too_large',
  internal: 'service.failed',
  unavailable: 'service.unavailable',
};
