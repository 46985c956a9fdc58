/** Ends with one line on a Node that is too old. npm scripts run Node 24 from a package where the platform has one. */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  const { platform, arch, version } = process;
  console.error(
    `Mailroom needs Node 22.19 or newer, and this is ${version}: no package holds Node for ${platform}-${arch}. Install Node 24.`,
  );
  process.exit(1);
}
