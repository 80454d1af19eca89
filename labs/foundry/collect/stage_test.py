import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from collect import gathering, stage
from collect.documents import read
from collect.pdf_fixture import pdf
from journal import Journal, Problem, Stopped
from recipe import Card, Data, Recipe

HERE = Path(__file__).resolve().parent.parent
PLACES = [
    'mill',
    'bridge',
    'school',
    'market',
    'church',
    'forge',
    'orchard',
    'river',
    'tower',
    'garden',
    'stable',
    'square',
]


def story(about: str, sentences: int = 12) -> str:
    return '\n\n'.join(
        f'At the {about} they still tell how in year {number} the {about} was mended by {number + 3} neighbours '
        f'with wood number {number * 7} from the {about} side.'
        for number in range(sentences)
    )


def recipe(folder: Path, *sources: Path, questions: tuple[Path, ...] = (), **data) -> Recipe:
    (folder / 'work').mkdir(exist_ok=True)
    return Recipe(
        id='local',
        languages=('en',),
        card=Card(title='Local'),
        data=Data(sources=sources, questions=questions, work=folder / 'work', artefacts=folder / 'artefacts', **data),
    )


def village(folder: Path) -> Path:
    root = folder / 'village'
    root.mkdir()
    for place in PLACES:
        (root / f'{place}.txt').write_text(f'# The {place}\n\n{story(place)}\n')
    return root


def kept(of: Recipe) -> dict[str, str]:
    """Which side each text is on."""
    return {one.text: side for side in ('train', 'held') for one in read(of.data.work / f'documents-{side}.jsonl')}


def events(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_all_kinds_of_sources_make_one_corpus_with_a_report(tmp_path):
    root = village(tmp_path)
    (root / 'paper.txt').write_bytes(
        pdf([[f'Page {number} speaks of the harbour and its {number} boats at length.' * 2] for number in (1, 2)])
    )
    (root / 'old.txt').write_bytes('La fête à l\'école, près du château, dura une journée entière.'.encode('latin-1'))
    (root / 'photo.txt').write_bytes(b'\x89PNG\0\0')
    (root / 'again.txt').write_text((root / 'mill.txt').read_text())
    (root / 'people.md').write_text('Write to anna@example.org about the meeting of the council on Thursday evening.\n')
    questions = tmp_path / 'en.jsonl'
    questions.write_text(
        '{"id": "a", "ask": ["What is (a|the) mill?"], "held": ["Explain mills"], "answer": "A house that grinds."}\n'
    )
    asked = recipe(tmp_path, root, questions=(questions,))
    journal = Journal(tmp_path / 'events.jsonl')
    report = stage.run(asked, journal)
    journal.close()
    assert [event['report'] for event in events(tmp_path / 'events.jsonl') if event['type'] == 'collected'] == [report]
    assert set(report) == {
        'documents',
        'languages',
        'questions',
        'nearDuplicates',
        'repaired',
        'personalData',
        'leftOut',
        'sha256',
    }
    assert report['documents']['train'] + report['documents']['held'] == len(PLACES) + 3
    assert report['documents']['held'] >= 1
    assert set(report['languages']) == {'en', 'fr'}
    assert report['questions'] == {'en': {'answers': 1, 'phrasings': 2, 'held': 1}}
    assert (report['repaired'], report['personalData']) == (1, {'email': 1})
    assert {(one['source'], one['code']) for one in report['leftOut']} == {
        ('village/photo.txt', 'binary'),
        ('village/mill.txt', 'said-before'),
    }
    assert 'anna@example.org' not in json.dumps(report) + ''.join(kept(asked))
    assert any('[email]' in text for text in kept(asked))
    assert sum(len(text.encode()) for text in kept(asked)) == sum(
        row['trainBytes'] + row['heldBytes'] for row in report['languages'].values()
    )
    assert sorted(path.name for path in asked.data.work.iterdir()) == [
        'documents-held.jsonl',
        'documents-train.jsonl',
        'questions.jsonl',
    ]


def test_the_same_sources_give_the_same_files(tmp_path):
    root = village(tmp_path)
    found = []
    for name in ('one', 'two'):
        (tmp_path / name).mkdir()
        asked = recipe(tmp_path / name, root)
        stage.run(asked, Journal(None))
        found.append({path.name: path.read_bytes() for path in asked.data.work.iterdir()})
    assert found[0] == found[1]


def test_another_document_moves_none_to_the_other_side(tmp_path):
    root = village(tmp_path)
    asked = recipe(tmp_path, root, heldOutShare=0.3)
    stage.run(asked, Journal(None))
    before = kept(asked)
    (root / 'a-new-one.txt').write_text(story('well'))
    stage.run(asked, Journal(None))
    after = kept(asked)
    assert {text: after[text] for text in before} == before
    assert len(after) == len(before) + 1


def test_a_single_document_is_cut_and_this_is_said(tmp_path):
    book = tmp_path / 'book.txt'
    book.write_text('\n\n'.join(f'# The {place}\n\n{story(place)}' for place in PLACES))
    journal = Journal(tmp_path / 'events.jsonl')
    asked = recipe(tmp_path, book)
    report = stage.run(asked, journal)
    journal.close()
    assert report['documents']['held'] >= 1
    assert any('too few documents (1)' in event.get('note', '') for event in events(tmp_path / 'events.jsonl'))
    assert all(text.startswith('# The ') for text in kept(asked))


def test_paragraphs_said_before_are_left_out_once(tmp_path):
    root = village(tmp_path)
    (root / 'zz.txt').write_text(f'{story("mill", 2)}\n\n{story("lake")}')
    assert stage.run(recipe(tmp_path, root), Journal(None))['nearDuplicates'] == 2


@pytest.mark.parametrize(
    ('name', 'data', 'code', 'said'),
    [
        ('empty.txt', b'', 'corpus-empty', 'The file is empty.'),
        ('photo.jpg', b'\xff\xd8\xff\xe0\0', 'corpus-empty', 'The file is not text.'),
        ('key.txt', b'a' * 3_000_000, 'corpus-empty', 'Nothing in it is running text'),
        ('note.txt', b'Too little to learn a language from.', 'corpus-too-small', 'Only 36 bytes'),
    ],
)
def test_too_little_text_is_a_problem_that_says_why_and_keeps_what_was_there(tmp_path, name, data, code, said):
    (tmp_path / name).write_bytes(data)
    asked = recipe(tmp_path, tmp_path / name)
    (asked.data.work / 'documents-train.jsonl').write_text('earlier')
    with pytest.raises(Problem) as raised:
        stage.run(asked, Journal(None))
    assert raised.value.code == code
    assert said in raised.value.detail
    assert [(path.name, path.read_text()) for path in asked.data.work.iterdir()] == [
        ('documents-train.jsonl', 'earlier')
    ]


def test_questions_alone_are_enough_when_no_sources_are_named(tmp_path):
    questions = tmp_path / 'en.jsonl'
    questions.write_text('{"id": "a", "ask": ["Why?"], "answer": "Because."}\n')
    report = stage.run(recipe(tmp_path, questions=(questions,)), Journal(None))
    assert report['documents'] == {'train': 0, 'held': 0}


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(Problem) as raised:
        stage.run(recipe(tmp_path, tmp_path / 'nowhere'), Journal(None))
    assert raised.value.code == 'source-missing'


@pytest.mark.skipif(not Path('/dev/full').exists(), reason='/dev/full is Linux')
def test_a_full_disk_leaves_earlier_files_whole(tmp_path):
    asked = recipe(tmp_path, village(tmp_path))
    stage.run(asked, Journal(None))
    before = kept(asked)
    (asked.data.work / 'documents-all.jsonl.part').symlink_to('/dev/full')
    with pytest.raises(OSError) as raised:
        stage.run(asked, Journal(None))
    assert raised.value.errno == 28
    assert kept(asked) == before
    assert not any(path.name.endswith('.part') for path in asked.data.work.iterdir())


def test_when_asked_to_stop_it_stops_and_leaves_nothing_half_done(tmp_path):
    asked = recipe(tmp_path, village(tmp_path))
    journal = Journal(None)
    journal._asked(15, None)
    with pytest.raises(Stopped):
        stage.run(asked, journal)
    assert list(asked.data.work.iterdir()) == []


def test_text_above_the_limit_is_left_out_and_this_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, 'MOST_BYTES', 5000)
    report = stage.run(recipe(tmp_path, village(tmp_path)), Journal(None))
    codes = [one['code'] for one in report['leftOut']]
    assert set(codes) == {'over-limit'}
    assert sum(row['trainBytes'] + row['heldBytes'] for row in report['languages'].values()) < 10_000


def test_the_digest_of_inputs_follows_content_not_dates(tmp_path):
    root = village(tmp_path)
    asked = recipe(tmp_path, root)
    before = stage.inputs(asked)
    os.utime(root / 'mill.txt', (1, 1))
    (root / 'events.jsonl').write_text('{"read": false}')
    assert stage.inputs(asked) == before
    (root / 'mill.txt').write_text('changed')
    assert stage.inputs(asked) != before


def test_one_long_line_becomes_documents_and_loses_no_word(tmp_path):
    line = tmp_path / 'line.txt'
    line.write_text(' '.join(f'word{number}' for number in range(200_000)))
    asked = recipe(tmp_path, line)
    report = stage.run(asked, Journal(None))
    assert sum(text.count('word') for text in kept(asked)) == 200_000
    assert report['documents']['held'] >= 1


def test_a_long_line_without_end_needs_less_memory_than_it_is_long(tmp_path):
    size = 256 << 20
    with (tmp_path / 'line.txt').open('wb') as file:
        for _ in range(size >> 20):
            file.write(b'a' * (1 << 20))
    (tmp_path / 'recipe.yaml').write_text('id: x\nlanguages: [en]\ndata: {sources: [line.txt]}\ncard: {title: X}\n')
    # Its own peak: what getrusage says is carried over from whoever started it.
    program = (
        'import re, sys; from pipeline import main; status = main(); '
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, '-c', program, tmp_path / 'recipe.yaml', '--to', 'collect'],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, 'corpus-empty' in done.stdout) == (2, True), done.stderr
    assert int(done.stdout.split()[-1]) << 10 < size * 3 // 4
