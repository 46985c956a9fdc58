import ts from 'typescript';

/** The program of a configuration, with types. */
export function programOf(config: string): ts.Program {
  const { config: json } = ts.readConfigFile(config, (path) => ts.sys.readFile(path));
  const { options, fileNames } = ts.parseJsonConfigFileContent(json, ts.sys, process.cwd());
  return ts.createProgram(fileNames, { ...options, noEmit: true, incremental: false });
}
