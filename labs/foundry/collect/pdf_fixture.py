"""Writes small PDFs with text, for tests (ISO 32000-1, 7.5)."""

from __future__ import annotations


def pdf(pages: list[list[str]]) -> bytes:
    """One page per list of lines, in Helvetica."""
    kids = ' '.join(f'{4 + 2 * at} 0 R' for at in range(len(pages)))
    objects = [
        b'<< /Type /Catalog /Pages 2 0 R >>',
        f'<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>'.encode(),
        b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ]
    for at, lines in enumerate(pages):
        shown = ' '.join('(' + line.replace('(', r'\(').replace(')', r'\)') + ') Tj T*' for line in lines)
        stream = f'BT /F1 11 Tf 14 TL 50 780 Td {shown} ET'.encode('cp1252')
        objects.append(
            f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> '
            f'/Contents {5 + 2 * at} 0 R >>'.encode()
        )
        objects.append(f'<< /Length {len(stream)} >>\nstream\n'.encode() + stream + b'\nendstream')
    out, places = b'%PDF-1.4\n', []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f'{number} 0 obj\n'.encode() + one + b'\nendobj\n'
    table = ''.join(f'{place:010d} 00000 n \n' for place in places)
    end = f'trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n'
    return out + f'xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{end}'.encode()
