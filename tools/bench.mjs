// npm run bench: measures tabtrain beside onnxruntime-web and TensorFlow.js, in one Chromium.
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
      native: { type: 'boolean', default: false },
      filter: { type: 'string' },
    },
  });
  await setup({ tests: true });
  if (values.native) {
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
