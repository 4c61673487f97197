// Reads a value of scripts/sdk/limits/typescript-fetch.yaml, and writes it again.
import assert from 'node:assert/strict';
import { StatusFromJSON, StatusToJSON } from './models';

const status = { options: { project_id: 'project', image_name: 'image' } };
assert.deepEqual(StatusToJSON(StatusFromJSON(status)), status);
