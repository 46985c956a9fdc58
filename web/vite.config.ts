import { lingui } from '@lingui/vite-plugin';
import locales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const brotli = promisify(brotliCompress);

/** Writes `<name>.br` beside each text of the build: compressing once at the highest quality is cheaper than often. */
function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: ({ build, root }) => {
      folder = resolve(root, build.outDir, 'assets');
    },
    closeBundle: async () => {
      const names = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name));
      for (const name of names)
        await writeFile(join(folder, `${name}.br`), await brotli(await readFile(join(folder, name))));
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    lingui({ cwd: import.meta.dirname, macroTransform: true, failOnCompileError: true }),
    react(),
    locales.vite({ locales: ['en-US', 'pl-PL'] }),
    precompress(),
  ],
  // The policy of the page forbids `data:` fonts and scripts.
  build: { emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2023' },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
