// node tools/setup.mjs [--tests]: what `npm start` and `npm test` do first.
import { parseArgs } from 'node:util';
import { runMain } from './lib/main.mjs';
import { setup } from './setup/setup.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { tests: { type: 'boolean' } } });
  await setup(values);
});
