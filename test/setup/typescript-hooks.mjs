/** Node's module hooks: relative `.js` imports of TypeScript are TypeScript, and swc compiles it as it does for jest. */
import { transformFile } from '@swc/core';
import { fileURLToPath } from 'node:url';

const isSource = (url) => url?.startsWith('file:') && url.endsWith('.ts');

export function resolve(specifier, context, next) {
  const relative = specifier.startsWith('.') && isSource(context.parentURL);
  return next(relative ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!isSource(url)) return next(url, context);
  const options = {
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
    module: { type: 'es6' },
  };
  const { code } = await transformFile(fileURLToPath(url), options);
  return { format: 'module', source: code, shortCircuit: true };
}
