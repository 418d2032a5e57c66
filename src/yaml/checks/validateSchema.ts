import { Ajv } from 'ajv';
import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };

/**
 * The validator of the JSON Schema. The build replaces this module with the code that the validator generates.
 * @public used by esbuild.js
 */
export const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  messages: false,
  // The schema has keywords of the YAML extension for VS Code, and our own `secret`.
  strict: false,
  code: { source: true, esm: true },
});

/** Validates a configuration. Its property `errors` has what it found. */
export const validateSchema = ajv.compile(schema);
