// npm run check: formatting, lint, types and static analysis. It needs what the tests need.
import { check } from './check/check.mjs';
import { runMain } from './lib/main.mjs';
import { setup } from './setup/setup.mjs';

await runMain(async () => {
  await setup({ tests: true });
  await check();
});
