import ICAL from 'ical.js';

/** Characters of a calendar that are read; one event is far shorter. */
const MAX_CALENDAR = 256 * 1024;
const MAX_EVENTS = 5;

/** A short readable text of an invitation (RFC 5545, RFC 5546): summary, time, place, organizer, answers. */
export function calendarCard(calendar: string): string | null {
  try {
    const component = ICAL.Component.fromString(calendar.slice(0, MAX_CALENDAR));
    const method = component.getFirstPropertyValue('method');
    const events = component.getAllSubcomponents('vevent').slice(0, MAX_EVENTS);
    const cards = events.map((event) => cardOf(new ICAL.Event(event), event));
    if (cards.length === 0) return null;
    return [...(typeof method === 'string' ? [`[${method}]`] : []), ...cards].join('\n');
  } catch {
    return null;
  }
}

function cardOf(event: ICAL.Event, component: ICAL.Component): string {
  const person = (value: unknown): string => (typeof value === 'string' ? value : '').replace(/^mailto:/i, '');
  const attendees = component.getAllProperties('attendee').map((attendee) => {
    const answer = attendee.getFirstParameter('partstat');
    return person(attendee.getFirstValue()) + (answer ? ` (${answer})` : '');
  });
  const start = component.getFirstProperty('dtstart');
  const tzid = start?.getParameter('tzid');
  const zone = typeof tzid === 'string' ? tzid : '';
  const times = start ? [event.startDate, ...(ends(component) ? [event.endDate] : [])] : [];
  const lines = [
    event.summary,
    times.map((time) => timeOf(time, zone)).join(' – '),
    event.location,
    person(component.getFirstPropertyValue('organizer')),
    attendees.slice(0, 50).join(', '),
  ];
  return lines.filter(Boolean).join('\n');
}

const ends = (event: ICAL.Component): boolean => event.hasProperty('dtend') || event.hasProperty('duration');

/** As the sender wrote it, with the zone. */
function timeOf(time: ICAL.Time, zone: string): string {
  const text = time
    .toString()
    .replace('T', ' ')
    .replace(/:00Z?$/, '');
  return [text, ...(time.isDate ? [] : [time.zone?.tzid === 'UTC' ? 'UTC' : zone])].join(' ').trim();
}
