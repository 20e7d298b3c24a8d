// npm start: sets up, builds, and serves the page on 127.0.0.1 (PORT, or --port N after --).
import { build } from './build/build.mjs';
import { runMain } from './lib/main.mjs';
import { setup } from './setup/setup.mjs';
import { serveOptions, serveSite } from './site/command.mjs';
import { startServer } from './site/server.mjs';

await runMain(async () => {
  const options = serveOptions();
  // A port that is taken is better known before the first build than after it.
  const trial = await startServer({ root: '.', port: options.port });
  await trial.close();
  await setup();
  await build();
  await serveSite(options);
});
