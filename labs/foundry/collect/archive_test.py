import stat
import zipfile
from pathlib import Path

import pytest

from collect import archive
from collect.archive import members
from collect.tally import Tally


def make(path: Path, **contents: bytes) -> Path:
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as zip_:
        for name, data in contents.items():
            zip_.writestr(name, data)
    return path


def read(path: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    tally = Tally()
    found = {}
    for member in members(path, 'pack.zip', tally):
        with member.open() as file:
            found[member.name] = file.read()
    return found, {one['source'].removeprefix('pack.zip/'): one['code'] for one in tally.left_out()}


def test_text_in_a_zip_is_read_in_order_of_names(tmp_path):
    path = make(tmp_path / 'a.zip', **{'b.txt': b'two', 'a/en.mdx': b'one', '.hidden': b'x', '__MACOSX/a.txt': b'x'})
    assert read(path) == ({'a/en.mdx': b'one', 'b.txt': b'two'}, {})


def test_what_does_not_belong_is_left_out_with_its_reason(tmp_path):
    path = make(
        tmp_path / 'a.zip',
        **{
            '../up.txt': b'x',
            '/etc/passwd.txt': b'x',
            'C:\\x.txt': b'x',
            'in.zip': b'PK\x03\x04xx',
            'photo.txt': b'\x89PNG',
            'a.csv': b'a,b',
            'README': b'x',
            'bomb.txt': b'a' * (8 << 20),
            'good.txt': b'good',
        }
    )
    with zipfile.ZipFile(path, 'a') as zip_:
        link = zipfile.ZipInfo('link.txt')
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zip_.writestr(link, '/etc/passwd')
    assert read(path) == (
        {'good.txt': b'good'},
        {
            '../up.txt': 'zip-path',
            '/etc/passwd.txt': 'zip-path',
            'C:\\x.txt': 'zip-path',
            'in.zip': 'zip-nested',
            'photo.txt': 'binary',
            'a.csv': 'kind-not-read',
            'README': 'about-file',
            'bomb.txt': 'zip-too-dense',
            'link.txt': 'zip-path',
        },
    )
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_locked_member(tmp_path):
    path = make(tmp_path / 'a.zip', **{'a.txt': b'words'})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # general purpose flag of the local header, APPNOTE 4.4.4
    data[data.index(b'PK\x01\x02') + 8] |= 1
    path.write_bytes(data)
    assert read(path) == ({}, {'a.txt': 'zip-locked'})


def test_a_zip_that_is_none(tmp_path):
    path = tmp_path / 'a.zip'
    path.write_bytes(b'PK\x03\x04' + b'garbage' * 50)
    assert read(path) == ({}, {'pack.zip': 'zip-damaged'})


@pytest.mark.parametrize(
    ('limit', 'value', 'code'), [('MOST_BYTES', 1000, 'zip-too-large'), ('MOST_MEMBERS', 1, 'zip-too-many')]
)
def test_limits(tmp_path, monkeypatch, limit, value, code):
    monkeypatch.setattr(archive, limit, value)
    path = make(tmp_path / 'a.zip', **{'a.txt': b'words ' * 100, 'b.txt': b'other ' * 100})
    assert code in read(path)[1].values()
