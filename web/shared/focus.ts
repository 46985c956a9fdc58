/** Puts the focus into the first empty field, else into the first field: the next step of a form. */
export function focusFirstField(form: HTMLElement | null): void {
  const fields = [...(form?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(FIELDS) ?? [])];
  (fields.find(({ value }) => value === '') ?? fields[0])?.focus();
}

const FIELDS = 'input:not([type=checkbox]):enabled, textarea:enabled';
