// npm run build: sets up and builds dist/, the static site.
import { build } from './build/build.mjs';
import { runMain } from './lib/main.mjs';
import { setup } from './setup/setup.mjs';

await runMain(async () => {
  await setup();
  await build();
});
