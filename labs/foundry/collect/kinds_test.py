import pytest

from collect.kinds import ABOUT, kind_of


@pytest.mark.parametrize(
    ('name', 'head', 'kind'),
    [
        ('a.txt', b'words', 'text'),
        ('a', b'words', 'text'),
        ('a.md', b'# words', 'markdown'),
        ('a.MDX', b'words', 'mdx'),
        ('M. Dupont', b'words', 'text'),
        ('notes.2024', b'words', 'text'),
        ('a.txt', b'%PDF-1.7\n', 'pdf'),
        ('a.pdf', b'words', 'text'),
        ('a.txt', b'PK\x03\x04\x14\0\0\0', 'zip'),
        ('a.docx', b'PK\x03\x04\x14\0\0\0[Content_Types].xml', 'office'),
        ('a.txt', b'\x89PNG\r\n\x1a\n', 'binary'),
        ('a.txt', b'GGUF\3\0\0\0', 'binary'),
        ('a.txt', bytes(range(256)), 'binary'),
        ('a.txt', 'été'.encode('utf-16'), 'text'),
        ('a.txt', 'été'.encode('latin-1'), 'text'),
        ('a.json', b'{}', 'other'),
        ('a.py', b'print()', 'other'),
        ('a.txt', b'', 'empty'),
    ],
)
def test_content_decides_before_the_name(name, head, kind):
    assert kind_of(name, head) == kind


@pytest.mark.parametrize('name', ['README.md', 'readme.fr.md', 'LICENSE', 'LICENCE-MIT', 'Copying.txt'])
def test_files_about_a_collection(name):
    assert ABOUT.fullmatch(name)


@pytest.mark.parametrize('name', ['Notice historique.txt', 'authors of the valley.md', 'licensed-trades.txt'])
def test_files_that_only_begin_alike(name):
    assert not ABOUT.fullmatch(name)
