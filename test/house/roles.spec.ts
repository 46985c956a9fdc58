import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { rolesPage } from './roles.js';

const PAGE = 'docs/roles.md';

/** `npm run roles` writes the page instead. */
it('docs/roles.md shows the answer of every route to each role', async () => {
  const page = await format(rolesPage(), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (process.env.WRITE_ROLES === 'true') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
  expect(page).not.toContain('undefined');
});
