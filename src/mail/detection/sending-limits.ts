import { providerOfDomain } from './known-provider.js';

/** Mails in a minute, in an hour and in a day, each in the time before the present. A mail to five counts as five. */
export interface SendingLimits {
  perMinute: number;
  perHour: number;
  perDay: number;
}

/**
 * For a provider that publishes no figure, and for servers of companies: enough for a person, below the figures that
 * hosters name in their answers. Yahoo, Onet, WP, O2, Interia, home.pl, nazwa.pl, OVH, cyber_Folks and LH.pl publish
 * none, or only one for some tariffs.
 */
const CAREFUL: SendingLimits = { perMinute: 20, perHour: 100, perDay: 500 };

/** support.google.com/mail/answer/22839: 500 in 24 hours for a private mailbox */
const GMAIL: SendingLimits = { perMinute: 20, perHour: 100, perDay: 500 };
/** support.google.com/a/answer/166852: 2000 messages in 24 hours */
const GOOGLE_WORKSPACE: SendingLimits = { perMinute: 60, perHour: 500, perDay: 2000 };
/** learn.microsoft.com, Exchange Online limits: 30 messages in a minute, 10,000 recipients in 24 hours */
const MICROSOFT_365: SendingLimits = { perMinute: 30, perHour: 1800, perDay: 10_000 };
/** support.microsoft.com, sending limits in Outlook.com: figures depend on the age and use of the mailbox */
const OUTLOOK: SendingLimits = { perMinute: 20, perHour: 100, perDay: 300 };
/** support.apple.com/102198: 1000 messages and 1000 recipients in a day */
const ICLOUD: SendingLimits = { perMinute: 20, perHour: 200, perDay: 1000 };

/** By outgoing host. */
const OF_SERVER: Record<string, SendingLimits> = {
  'smtp.office365.com': MICROSOFT_365,
  'smtp-mail.outlook.com': OUTLOOK,
  'smtp.mail.me.com': ICLOUD,
};

/** Limits of the provider of an outgoing server, or careful ones. */
export function presetLimits(outgoingHost: string, address: string): SendingLimits {
  const host = outgoingHost.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  // One server for both: private mailboxes have a domain of the provider.
  if (host === 'smtp.gmail.com') return providerOfDomain(domain)?.name === 'Gmail' ? GMAIL : GOOGLE_WORKSPACE;
  return OF_SERVER[host] ?? CAREFUL;
}
