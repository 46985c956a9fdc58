/** An image of a red berry, 24 by 24 pixels. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAIAAABvFaqvAAAAT0lEQVR42mP4Twi4NdkAEUFlDKMGkW/QCQ0brIgEg3AZgd84BjJMwWoWbQwi3hRMs2hgEKmmoJk1ahApBg2+6B+UWYSauZ+a5RF5gGoGAQDjqt+pK2VI7gAAAABJRU5ErkJggg==',
  'base64',
);

/** A PDF of one page with one line of Latin text. */
export function pdf(line: string): Buffer {
  const content = `BT /F1 18 Tf 72 770 Td (${line.replace(/[\\()]/g, '\\$&')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  out += `${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${out.length}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

/** With semicolons and a byte order mark, as Polish spreadsheet programs expect. */
export const csv = Buffer.from(
  '\ufeffKod;Produkt;Cena netto\r\nM-01;Mus śliwkowy 250 g;12,40\r\nM-02;Konfitura z żurawiny 200 g;15,90\r\n',
);
