// npm run augmentation-gain -- TRAIN VALIDATION: what augmentation gains on photos, measured over
// several seeds, into the table and the plot of web/docs/augmentation.md.
import { parseArgs } from 'node:util';
import { documentGain } from './gain/document.mjs';
import { measureGain } from './gain/measure.mjs';
import { UserError } from './lib/fail.mjs';
import { runMain } from './lib/main.mjs';
import { defaultName } from './weights/store.mjs';

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { weights: { type: 'string' } },
  });
  const [train, validation] = positionals;
  const weights = values.weights ?? defaultName();
  if (!train || !validation || !weights) {
    throw new UserError(
      'Name the folder to train on and the folder to score on.',
      'npm run augmentation-gain -- TRAIN VALIDATION [--weights NAME]',
    );
  }
  documentGain(await measureGain(weights, train, validation));
});
