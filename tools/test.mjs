// npm test: sets up, then runs every test and check.
import { runMain } from './lib/main.mjs';
import { setup } from './setup/setup.mjs';
import { test } from './test/test.mjs';

await runMain(async () => {
  await setup({ tests: true });
  if (!(await test())) process.exitCode = 1;
});
