// npm run bench: measures tabtrain beside onnxruntime-web and TensorFlow.js, in one Chromium.
//   --quick             3 rounds instead of 15
//   --photos FOLDER     JPEG files of your own instead of the sample pictures
//   --parts [--filter REGEX]   instead: layers, decoding and the head alone, native and in Node
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from './build/build.mjs';
import { runMain } from './lib/main.mjs';
import { setup } from './setup/setup.mjs';

const ROUNDS = 15;
const QUICK_ROUNDS = 3;

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      photos: { type: 'string' },
      parts: { type: 'boolean', default: false },
      filter: { type: 'string' },
    },
  });
  await setup({ tests: true });
  if (values.parts) {
    const { benchParts } = await import('./bench/parts.mjs');
    return benchParts(values.filter);
  }
  await build();
  const { bench } = await import('./bench/bench.mjs');
  await bench({
    rounds: values.quick ? QUICK_ROUNDS : ROUNDS,
    photos: values.photos,
    threads: Math.min(2, availableParallelism()),
  });
});
