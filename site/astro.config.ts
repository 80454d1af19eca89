import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig, passthroughImageService } from 'astro/config';
import { fonts } from './build/fonts.ts';
import { precompress } from './build/precompress.ts';

/** Where `npm run dev` finds the lab-runner. */
const runner = `http://127.0.0.1:${process.env.TERROIR_PORT ?? '4321'}`;

export default defineConfig({
  // Every page ends in a slash. While developing, Astro would hold the runner's addresses to that as well, before it passes them on.
  trailingSlash: process.argv.includes('dev') ? 'ignore' : 'always',
  build: { format: 'directory', inlineStylesheets: 'never' },
  image: { service: passthroughImageService() },
  markdown: { syntaxHighlight: false },
  devToolbar: { enabled: false },
  server: { port: 4322, host: '127.0.0.1' },
  integrations: [fonts(), mdx(), preact(), precompress()],
  vite: {
    // The runner sends `script-src 'self'`: nothing may be inlined into a page, nor into a stylesheet.
    build: {
      assetsInlineLimit: 0,
      rolldownOptions: {
        // Astro marks every MDX file with a directive of its own, which the bundler then warns of, file by file.
        onLog: (level, log, report) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
    worker: { format: 'es' },
    server: { fs: { allow: ['..'] }, proxy: { '/api': runner, '/m/': runner } },
  },
});
