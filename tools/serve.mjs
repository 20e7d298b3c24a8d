// node tools/serve.mjs [--port N] [--no-isolation]: serves dist/, the built site, on 127.0.0.1.
import { runMain } from './lib/main.mjs';
import { serveOptions, serveSite } from './site/command.mjs';

await runMain(() => serveSite(serveOptions()));
