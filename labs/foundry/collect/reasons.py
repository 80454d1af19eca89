"""Why a source was left out: the stable codes of CollectReport.leftOut, what each says, and what to do about it."""

from __future__ import annotations

REASONS = {
    'about-file': 'Files like this tell about a collection; they are not its text. Rename it to keep it.',
    'binary': 'The file is not text. Save its text as .txt, Markdown or PDF.',
    'binary-from': 'From some place on the file is not text; what came before it was kept.',
    'empty': 'The file is empty.',
    'kind-not-read': 'Files of this kind are no running text. Give text, Markdown or PDF.',
    'kinds-not-read': '{number} files of other kinds are no running text: {kinds}.',
    'no-words': 'Nothing in it is running text, or all of it was said before.',
    'office-file': 'Word processor files and e-books are not read. Save it as text or PDF.',
    'over-limit': 'The {megabytes} MB of text that are used at most were full; what came before was kept.',
    'pdf-damaged': 'The PDF is damaged. Save it anew, or as text.',
    'pdf-locked': 'The PDF is locked. Save a copy without a password.',
    'pdf-slow': 'Reading the PDF took more than {seconds} seconds. Save it anew, or as text.',
    'pdf-without-text': 'The PDF holds pictures of pages, no text. Run text recognition (OCR) on it first.',
    'pdftotext-missing': 'The program pdftotext, which reads PDFs, is not installed. Install poppler-utils.',
    'said-before': 'The same words are in a document that was read before it.',
    'unreadable': 'The file cannot be read: {cause}.',
    'zip-damaged': 'It cannot be read to its end ({cause}). Make the zip again.',
    'zip-locked': 'It is locked with a password. Make the zip without one.',
    'zip-nested': 'A zip inside a zip is not opened. Unpack it first.',
    'zip-path': 'Its name points outside the zip, or it is a link. Make the zip again with plain files.',
    'zip-too-dense': 'It would grow {times} times when unpacked, as no text does. Unpack it first.',
    'zip-too-large': 'The zip unpacks to more than {megabytes} MB. Unpack it, and give the folder.',
    'zip-too-many': 'The zip holds {number} files; {most} are read at most. Unpack it, and give the folder.',
}
