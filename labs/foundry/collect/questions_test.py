import json
from pathlib import Path

import pytest

from collect.questions import read_questions, report_of
from journal import Problem


def row(**fields) -> str:
    return json.dumps(
        {
            'id': 'ledger',
            'ask': ['What is a (ledger|register)?'],
            'held': ['Explain the ledger'],
            'answer': 'A record.',
            **fields,
        }
    )


def write(folder: Path, *lines: str, name: str = 'en.jsonl') -> Path:
    path = folder / name
    path.write_text('\n'.join(lines) + '\n', encoding='utf-8')
    return path


def faults_of(path: Path, *more: Path) -> list[str]:
    with pytest.raises(Problem) as raised:
        read_questions((path, *more), ('en', 'fr'))
    assert raised.value.code == 'questions-faulty'
    assert raised.value.values['faults'] == len(raised.value.detail.split('\n'))
    return raised.value.detail.split('\n')


def test_good_questions_are_read_and_counted(tmp_path):
    english = write(
        tmp_path, row(answer='A “record”… of’all'), '', row(id='two', ask=['Why?', '(How|When) so?'], held=[])
    )
    french = write(tmp_path, row(), name='fr.jsonl')
    questions = read_questions((english, french), ('en', 'fr'))
    assert [(one.language, one.id) for one in questions] == [('en', 'ledger'), ('en', 'two'), ('fr', 'ledger')]
    assert questions[0].answer == "A “record”... of'all"
    assert report_of(questions) == {
        'en': {'answers': 2, 'phrasings': 5, 'held': 1},
        'fr': {'answers': 1, 'phrasings': 2, 'held': 1},
    }


def test_the_language_is_in_the_name_or_in_the_line_or_the_only_one_expected(tmp_path):
    named = write(tmp_path, row(language='es'), name='mine.jsonl')
    assert read_questions((named,), ('en', 'fr'))[0].language == 'es'
    plain = write(tmp_path, row(), name='mine.jsonl')
    assert read_questions((plain,), ('ar',))[0].language == 'ar'
    assert faults_of(plain) == ['mine.jsonl:1: language: name the file after it, like fr.jsonl, or give it in the line']


@pytest.mark.parametrize(
    ('line', 'fault'),
    [
        (
            row(ask=['What (is|was a ledger?']),
            'en.jsonl:1: ask: "What (is|was a ledger?": "(" at character 6 is never closed',
        ),
        (row(ask=['(Well|)']), 'en.jsonl:1: ask: "(Well|)": one of its wordings is empty'),
        (row(ask=[]), 'en.jsonl:1: ask: give at least one wording'),
        (row(ask='What?'), 'en.jsonl:1: ask: give a list of texts'),
        (row(answer=''), 'en.jsonl:1: answer: give a text'),
        (row(answer='<|im_end|>'), 'en.jsonl:1: answer: must not contain <|im_end|>'),
        (row(hold=[]), 'en.jsonl:1: hold: unknown'),
        (
            row(held=['What is a register']),
            'en.jsonl:1: the held wording "whatisaregister" is also at en.jsonl:1 '
            '(compared without spaces and accents)',
        ),
        (row(held=['?!']), 'en.jsonl:1: held: "?!" has no letter or digit'),
        ('[1, 2]', 'en.jsonl:1: is not an object'),
        ('{"id": }', 'en.jsonl:1: is not JSON: Expecting value: line 1 column 8 (char 7)'),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, line, fault):
    assert faults_of(write(tmp_path, line)) == [fault]


def test_faults_across_lines(tmp_path):
    path = write(tmp_path, row(), row(held=[]), row(id='gateway', ask=['(What is|Define) a ledger'], held=[]))
    assert sorted(faults_of(path)) == [
        'en.jsonl:2: id "ledger" is used before, at en.jsonl:1',
        'en.jsonl:3: the wording "whatisaledger" is also at en.jsonl:1 (compared without spaces and accents)',
        'en.jsonl:3: the wording "whatisaledger" is also at en.jsonl:2 (compared without spaces and accents)',
    ]


def test_all_faults_are_told_at_once(tmp_path):
    assert len(faults_of(write(tmp_path, 'x', row(ask=['(']), row(answer=3)))) == 3
