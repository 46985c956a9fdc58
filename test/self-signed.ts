import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `tls.key` and `tls.crt` for localhost and these hosts into the folder. Returns the certificate as PEM. */
export function selfSigned(dir: string, hosts: readonly string[] = []): string {
  const [key, certificate] = [join(dir, 'tls.key'), join(dir, 'tls.crt')];
  const alternatives = ['DNS:localhost', 'IP:127.0.0.1', ...hosts.map((host) => `DNS:${host}`)];
  const names = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${alternatives.join(',')}`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  return readFileSync(certificate, 'utf8');
}
