import { Ajv, type Options } from 'ajv';

/**
 * Compiles schemas of our own. They are not judged themselves: the contract's were linted when the document was made, and those in
 * the code are the same every time. Compiling the schema of schemas would take as long as everything else the start has to compile.
 */
export function createAjv(options: Options = {}): Ajv {
  return new Ajv({ strict: false, meta: false, validateSchema: false, ...options });
}
