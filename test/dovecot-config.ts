export interface DovecotLayout {
  dir: string;
  imapPort: number;
  imapsPort?: number;
  extra: string;
}

/** Owner of the mail files, never root: under root the account nobody, otherwise the user that runs the tests. */
const asRoot = process.getuid?.() === 0;
export const mailOwner = asRoot
  ? { uid: 65_534, gid: 65_534 }
  : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

export function dovecotConfig(
  { dir, imapPort, imapsPort, extra }: DovecotLayout,
  processOwner: { user: string; group: string },
): string {
  return `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
protocols = imap
listen = 127.0.0.1
${asRoot ? '' : `default_internal_user = ${processOwner.user}\ndefault_internal_group = ${processOwner.group}\ndefault_login_user = ${processOwner.user}`}
default_process_limit = 2000
default_client_limit = 8000
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
${imapsPort ? `ssl = yes\nssl_cert = <${dir}/tls.crt\nssl_key = <${dir}/tls.key` : 'ssl = no'}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${dir}/users
}
userdb {
  driver = static
  args = uid=${mailOwner.uid} gid=${mailOwner.gid} home=${dir}/mail/%u
}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~/Maildir:UTF-8
mail_save_crlf = yes
mailbox_idle_check_interval = 1 secs
mail_max_userip_connections = 1000
namespace inbox {
  inbox = yes
  separator = /
${[
  ['Sent', '\\Sent'],
  ['Drafts', '\\Drafts'],
  ['Trash', '\\Trash'],
  ['Junk', '\\Junk'],
]
  .map(([name, role]) => `  mailbox ${name} {\n    auto = subscribe\n    special_use = ${role}\n  }`)
  .join('\n')}
}
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort ?? 0}
  }
}
service anvil {
  chroot =
  # without this listener, a refused login does not delay the next login
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${extra}
`;
}
