import { getConfig } from '@lingui/conf';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import locales from '@react-aria/optimize-locales-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

process.env.LINGUI_SUPPRESS_BABEL_WARNING = '1';

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
    // `writeBundle` runs after a build without errors only: `closeBundle` would hide the error of a failed one.
    writeBundle: async () => {
      const names = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name));
      for (const name of names)
        await writeFile(join(folder, `${name}.br`), await brotli(await readFile(join(folder, name))));
    },
  };
}

const strings = { cwd: import.meta.dirname };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    lingui({ ...strings, failOnCompileError: true }),
    react(),
    // npm on Node 20 leaves out the native transform of Lingui, since its packages ask for Node 22.19.
    babel({ presets: [linguiTransformerBabelPreset({ linguiConfig: getConfig(strings) }, strings)] }),
    locales.vite({ locales: ['en-US', 'pl-PL'] }),
    precompress(),
  ],
  // The policy of the page forbids `data:` fonts and scripts.
  build: {
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // The document of the frame that shows mail has a policy of its own.
    rolldownOptions: {
      input: ['index.html', 'frame.html'].map((name) => join(import.meta.dirname, name)),
      // Few files: a browser asks for six at once. Everybody needs the first, and nearly everybody the second.
      output: {
        codeSplitting: {
          groups: [
            { name: 'main', test: /main\.tsx$/, priority: 2 },
            { name: 'mail', test: /mail-screen\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
