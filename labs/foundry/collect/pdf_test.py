import io
import shutil

import pytest

from collect.pdf import Unread, text_of
from collect.pdf_fixture import pdf

STORIES = [
    'Le moulin tourne encore au bord du ruisseau.',
    'La coopérative livre des châtaignes à l\'école.',
    'Le four chauffe depuis la veille au soir.',
    'Les élèves lisent près du poêle en hiver.',
]
GAP = [''] * 3
PAGES = [
    [
        'Histoires de la vallée',
        *GAP,
        story,
        'On y met de la farine de châ-',
        'taigne et de l\'eau.',
        *GAP,
        'Autre paragraphe.',
        *GAP,
        f'- {number} -',
    ]
    for number, story in enumerate(STORIES, 1)
]
installed = pytest.mark.skipif(not shutil.which('pdftotext'), reason='pdftotext (poppler-utils) is not installed')


@installed
def test_paragraphs_come_whole_without_page_numbers_and_running_heads(tmp_path):
    text = text_of(io.BytesIO(pdf(PAGES)), tmp_path)
    assert text.startswith(
        f"{STORIES[0]} On y met de la farine de châtaigne et de l'eau.\n\nAutre paragraphe.\n\n{STORIES[1]}"
    )
    assert 'Histoires' not in text and '- 3 -' not in text
    assert list(tmp_path.iterdir()) == []


@installed
@pytest.mark.parametrize(
    ('data', 'code'),
    [
        (pdf([[], [], ['7']]), 'pdf-without-text'),
        (pdf(PAGES)[:60], 'pdf-damaged'),
        (b'%PDF-1.4\n/Encrypt\n', 'pdf-locked'),
    ],
)
def test_what_cannot_be_read_has_a_reason(tmp_path, data, code):
    with pytest.raises(Unread) as raised:
        text_of(io.BytesIO(data), tmp_path)
    assert raised.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_without_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv('PATH', str(tmp_path))
    with pytest.raises(Unread) as raised:
        text_of(io.BytesIO(pdf(PAGES)), tmp_path)
    assert raised.value.code == 'pdftotext-missing'
