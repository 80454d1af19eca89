import os
from pathlib import Path

from collect.sources import found, missing
from collect.tally import Tally


def names(tally: Tally, *roots: Path, but: tuple[Path, ...] = ()) -> list[str]:
    return [source.name for source in found(roots, but, tally)]


def test_a_folder_gives_what_is_running_text_in_a_stable_order(tmp_path):
    root = tmp_path / 'text'
    for name in (
        'b.txt',
        'a/z.md',
        'a/b/deep.mdx',
        '.hidden.txt',
        '.git/x.txt',
        'node_modules/x.txt',
        'work/x.txt',
        'x.ts',
        'y.ts',
        'q.yaml',
        'README.md',
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text('words')
    tally = Tally()
    assert names(tally, root, but=(root / 'work',)) == ['text/b.txt', 'text/a/z.md', 'text/a/b/deep.mdx']
    assert [(one['source'], one['code']) for one in tally.left_out()] == [
        ('text/README.md', 'about-file'),
        ('text', 'kinds-not-read'),
    ]
    assert tally.left_out()[1]['detail'] == '3 files of other kinds are no running text: 2 .ts, 1 .yaml.'


def test_a_file_is_taken_by_itself_even_when_its_name_is_readme(tmp_path):
    path = tmp_path / 'README.md'
    path.write_text('words')
    assert names(Tally(), path) == ['README.md']


def test_links_and_pipes_are_not_followed(tmp_path):
    root = tmp_path / 'text'
    root.mkdir()
    (tmp_path / 'secret.txt').write_text('words')
    (root / 'link.txt').symlink_to(tmp_path / 'secret.txt')
    (root / 'loop').symlink_to(root)
    os.mkfifo(root / 'pipe.txt')
    tally = Tally()
    assert names(tally, root, root / 'pipe.txt') == []
    assert [one['code'] for one in tally.left_out()] == ['unreadable']


def test_missing_sources_are_one_problem(tmp_path):
    problem = missing((tmp_path, tmp_path / 'a', tmp_path / 'b'))
    assert problem is not None
    assert problem.code == 'source-missing'
    assert str(tmp_path / 'a') in problem.detail and str(tmp_path / 'b') in problem.detail
    assert missing((tmp_path,)) is None


def test_many_of_a_kind_are_listed_shortly(tmp_path):
    for number in range(30):
        (tmp_path / f'{number:02}.txt').write_bytes(b'\0')
    tally = Tally()
    assert names(tally, tmp_path) == []
    assert len(tally.left_out()) == 21
    assert tally.left_out()[-1]['source'] == '+10'
    assert tally.number_left_out == 30
