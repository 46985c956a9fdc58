"""Reads messages with the email package of Python, as a reader that is independent of ours.

Input: lines of JSON, each the path of a file that holds one message. Output: a line of JSON for each, in their order.
"""

import base64
import email
import email.errors
import email.header
import email.policy
import email.utils
import hashlib
import json
import re
import sys
from datetime import timezone


def content_of(part):
    try:
        return part.get_content()
    except (LookupError, UnicodeError, ValueError, AssertionError):
        raw = part.get_payload(decode=True)
        # Without a charset that Python knows, nothing but ASCII is certain.
        return raw.decode('latin-1') if raw.isascii() else '\ufffd'


def people_of(message, name):
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


def trim_encoding(part):
    """The package ignores an encoding with white space behind it."""
    name = 'content-transfer-encoding'
    if name in part and str(part[name]) != str(part[name]).strip():
        part.replace_header(name, str(part[name]).strip())


def undecoded(part):
    payload = part.get_payload()
    return payload if isinstance(payload, str) else ''


def clean_base64(part):
    """Octets of the lines before the first one that is no base64; the package keeps damaged base64 as it is."""
    lines = []
    for line in undecoded(part).splitlines():
        if lines and re.search(r'[^A-Za-z0-9+/=\s]', line):
            break
        lines.append(re.sub(r'[^A-Za-z0-9+/]', '', line))
        if line.rstrip().endswith('='):
            break
    text = ''.join(lines)
    text = text[:-1] if len(text) % 4 == 1 else text
    return base64.b64decode(text + '=' * (-len(text) % 4))


def behind_base64(part):
    """Text behind the padding, or from the first line on that is no base64, such as the footer of a list."""
    lines = undecoded(part).splitlines()
    for at, line in enumerate(lines):
        if at > 0 and re.search(r'[^A-Za-z0-9+/=\s]', line):
            return '\n'.join(lines[at:])
        if line.rstrip().endswith('='):
            return '\n'.join(lines[at + 1 :])
    return ''


def is_text(part, kind):
    return part.get_content_type() == kind and part.get_content_disposition() != 'attachment'


def kind_of(part, shown):
    """The kind of a leaf; `raw`: a multipart that could not be divided, or text with an invalid type."""
    written = str(part.get('content-type', 'text/plain'))
    if part.get_content_maintype() == 'multipart' or re.match(r'text/plain\s', written, re.I):
        return 'raw'
    if part.get_content_maintype() == 'message':
        return 'message'
    for kind in ('plain', 'html'):
        if is_text(part, f'text/{kind}') and (not shown or not part.get_filename()):
            return kind
    named = {'application/ms-tnef': 'tnef', 'application/vnd.ms-tnef': 'tnef'}
    kind = named.get(part.get_content_type()) or ('tnef' if part.get_filename() == 'winmail.dat' else None)
    if kind is None and re.fullmatch(r'application/(x-)?pkcs7-mime', part.get_content_type()):
        kind = 'pkcs7'
    return kind or 'file'


def written(message, name):
    return ', '.join(re.sub(r'\r?\n', '', str(value)) for field, value in message.raw_items() if field.lower() == name)


def leaf(part, kind):
    is_base64 = str(part.get('content-transfer-encoding', '')).lower() == 'base64'
    payload = part.get_payload(decode=True) or b''
    text = None
    if kind in ('plain', 'html'):
        text = content_of(part)
        if is_base64 and any(isinstance(d, email.errors.MessageDefect) for d in part.defects):
            text = clean_base64(part).decode(part.get_content_charset('ascii'), 'replace')
    elif kind == 'raw' or part.get_content_maintype() == 'text':
        text = payload.decode('utf-8', 'replace')
    elif kind == 'pkcs7':
        text = payload.decode('latin-1')
    return {
        'kind': kind,
        'type': part.get_content_type(),
        'name': part.get_filename(),
        'text': text,
        'behind': behind_base64(part) if is_base64 and kind == 'plain' else '',
        'sha256': hashlib.sha256(payload).hexdigest(),
        'clean': hashlib.sha256(clean_base64(part)).hexdigest() if is_base64 else None,
        'head': f"{written(part, 'content-type')}; {written(part, 'content-disposition')}",
    }


def read(path):
    with open(path, 'rb') as file:
        message = email.message_from_bytes(file.read(), policy=email.policy.default)
    parts, shown = [], False
    for part in leaves(message):
        trim_encoding(part)
        kind = kind_of(part, shown)
        shown = shown or kind in ('plain', 'html')
        parts.append(leaf(part, kind))
    return {
        'subject': subject_of(message),
        'from': people_of(message, 'from'),
        'to': people_of(message, 'to'),
        'date': date_of(message),
        'parts': parts,
        'written': {name: written(message, name) for name in ('from', 'to', 'date')},
        'cut': any(isinstance(d, email.errors.MissingHeaderBodySeparatorDefect) for d in message.defects),
    }


for line in sys.stdin:
    path = json.loads(line)
    try:
        print(json.dumps(read(path)), flush=True)
    except Exception as error:
        print(json.dumps({'error': repr(error)}), flush=True)
