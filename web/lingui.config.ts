import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  rootDir: import.meta.dirname,
  sourceLocale: 'en',
  locales: ['en', 'pl'],
  catalogs: [
    { path: '<rootDir>/strings/{locale}', include: ['<rootDir>'], exclude: ['**/*.spec.*', '**/interface.ts'] },
  ],
  format: formatter({ lineNumbers: false }),
  orderBy: 'origin',
});
