"""Reads messages with the email package of Python, as a reader that is independent of ours.

Input: lines of JSON, each the path of a file that holds one message. Output: a line of JSON for each, in their order.
"""

import base64
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys
from datetime import timezone


def content_of(part):
    try:
        return part.get_content()
    except (LookupError, UnicodeError, ValueError, AssertionError):
        return part.get_payload(decode=True).decode('latin-1')


def addresses_of(message, name):
    try:
        header = message[name]
        if header is None:
            return []
        # An empty address prints as `<>`.
        found = [[a.display_name, '' if a.addr_spec == '<>' else a.addr_spec] for a in header.addresses]
        found = [each for each in found if any(each)]
        # The header parser leaves out a name in a comment: `anna@example.com (Anna)`.
        if len(found) == 1 and not found[0][0]:
            raw = next(value for field, value in message.raw_items() if field.lower() == name)
            found[0][0] = str(email.header.make_header(email.header.decode_header(email.utils.parseaddr(str(raw))[0])))
        return found
    except Exception:
        return None


def date_of(message):
    try:
        date = message['date'].datetime
        # The package leaves years of three digits, which count from 1900 (RFC 5322 section 4.3).
        if date is not None and date.year < 1000:
            date = date.replace(year=date.year + 1900)
        return None if date is None else date.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    except Exception:
        return None


def subject_of(message):
    try:
        return str(message['subject'] or '')
    except Exception:
        return None


def leaves(part):
    """Leaves in their order; a message within the message is one."""
    if part.is_multipart() and part.get_content_maintype() == 'multipart':
        for child in part.iter_parts():
            yield from leaves(child)
    else:
        yield part


def is_text(part, kind):
    return part.get_content_type() == kind and part.get_content_disposition() != 'attachment'


def read(path):
    with open(path, 'rb') as file:
        message = email.message_from_bytes(file.read(), policy=email.policy.default)
    plain, html, files = [], [], []
    for part in leaves(message):
        name = part.get_filename()
        first = not plain and not html
        if is_text(part, 'text/plain') and (first or not name):
            plain.append(content_of(part))
        elif is_text(part, 'text/html') and (first or not name):
            html.append(content_of(part))
        elif part.get_content_maintype() == 'message':
            files.append([name, part.get_content_type(), None])
        else:
            payload = part.get_payload(decode=True) or b''
            files.append([name, part.get_content_type(), hashlib.sha256(payload).hexdigest()])
    return {
        'subject': subject_of(message),
        'from': addresses_of(message, 'from'),
        'to': addresses_of(message, 'to'),
        'date': date_of(message),
        'plain': plain,
        'html': html,
        'files': files,
    }


for line in sys.stdin:
    path = json.loads(line)
    try:
        print(json.dumps(read(path)), flush=True)
    except Exception as error:
        print(json.dumps({'error': repr(error)}), flush=True)
