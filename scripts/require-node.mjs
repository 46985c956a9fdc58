/** Exits with one line on an old Node. npm scripts run Node 24 from a package, if the platform has that package. */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  const { platform, arch, version } = process;
  process.stderr.write(
    `Mailroom needs Node 22.19 or newer, but this is ${version}; npm has no Node for ${platform}-${arch}. Install Node 24.\n`,
  );
  process.exit(1);
}
