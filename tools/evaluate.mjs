// npm run evaluate -- TRAIN VALIDATION: trains on one folder of photos and scores on another, through
// the page's own module in headless Chromium. Each folder has one folder of photos a class.
import { parseArgs } from 'node:util';
import { evaluateFolders } from './evaluate/evaluate.mjs';
import { UserError } from './lib/fail.mjs';
import { runMain } from './lib/main.mjs';

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      variant: { type: 'string' },
      head: { type: 'string' },
      epochs: { type: 'string' },
    },
  });
  const [train, validation] = positionals;
  if (!train || !validation) {
    throw new UserError(
      'Name the folder to train on and the folder to score on.',
      'npm run evaluate -- TRAIN VALIDATION [--variant NAME] [--head PRESET] [--epochs N]',
    );
  }
  await evaluateFolders(train, validation, values);
});
