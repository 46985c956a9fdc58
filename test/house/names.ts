import { basename } from 'node:path';

const EMPTY_NAMES = /^(utils?|helpers?|commons?|core|managers?|misc|index)$/;
const kebab = (name: string): string => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

/** Sentences about names in a source file that break the rules of style: file, types, commands, sagas, refusals. */
export function nameFindings(path: string, source: string): string[] {
  const name = basename(path).replace(
    /(\.(events|fold|decider|saga|module|guard|sql|contract|crash|real|config))?(\.spec)?\.tsx?$/,
    '',
  );
  return [
    ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${path}: a file name is kebab case`]),
    ...(EMPTY_NAMES.test(name) ? [`${path}: "${name}" does not say which thing it holds`] : []),
    ...matches(source, /\binterface (I[A-Z]\w*)/g).map((type) => `${path}: ${type} repeats that it is an interface`),
    ...matches(source, /\bclass (\w+(?:Impl|Manager|Helper|Utils?))\b/g).map(
      (type) => `${path}: ${type} says no thing`,
    ),
    ...matches(source, /^@CommandHandler\((\w+)\)/gm)
      .filter((command) => kebab(command) !== name)
      .map((command) => `${path}: the command ${command} lies in ${kebab(command)}.ts`),
    ...(path.endsWith('.saga.ts') && !source.includes(`name: '${name}'`)
      ? [`${path}: a saga is named as its file`]
      : []),
    ...(path.endsWith('.saga.ts') && !name.includes('-when-') ? [`${path}: a saga is named do-this-when-that`] : []),
    ...matches(source, /new Refused\(\s*'([^']*)'/g)
      .filter((reason) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(reason))
      .map((reason) => `${path}: the reason "${reason}" is a kebab sentence`),
  ];
}

const matches = (source: string, pattern: RegExp): string[] => [...source.matchAll(pattern)].map(([, name]) => name!);
