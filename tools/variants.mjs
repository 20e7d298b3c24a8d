// npm run variants: each variant in headless Chromium, one after the other: size, memory, parity.
import { runMain } from './lib/main.mjs';
import { compareVariants } from './variants/variants.mjs';

await runMain(compareVariants);
