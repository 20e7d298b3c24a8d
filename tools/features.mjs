// npm run features -- FOLDER... --out FILE: the features of photos, for other programs to work with.
import { parseArgs } from 'node:util';
import { writeFeatures } from './features/features.mjs';
import { UserError } from './lib/fail.mjs';
import { runMain } from './lib/main.mjs';

const USAGE = `npm run features -- FOLDER... --out FILE   features of photos, one folder a class

FILE becomes safetensors: "features" [photos, size], float32; its metadata has the labels and the
names of the photos (as JSON), and the layers.

options:
  --weights FILE     weights that the importer made (build/weights/default.safetensors)
  --features LAYERS  layers whose pooled outputs make the features, by comma (those of the weights)`;

await runMain(async () => {
  const text = /** @type {const} */ ({ type: 'string' });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: text, weights: text, features: text },
  });
  const { out, weights, features } = values;
  if (positionals.length === 0 || !out) throw new UserError(USAGE);
  await writeFeatures(positionals, out, { weights, layers: features?.split(',') });
});
