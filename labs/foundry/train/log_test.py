from __future__ import annotations

from pathlib import Path

from train.log import Log


def rows(path: Path) -> list[str]:
    return path.read_text(encoding='utf-8').splitlines()


def a_log(path: Path) -> None:
    log = Log(path, 'train', 0)
    for step in (1, 2, 3):
        log.add(step=step, seconds=step / 2, tokens=step * 10, loss=9.5 - step, learning_rate='0.01')
    log.add(step=3, seconds=1.5, tokens=30, language='fr', held_loss=7.25)
    Log(path, 'instruct', 0).add(step=1, seconds=0.1, tokens=4, loss=3.0, learning_rate='0.02')


def test_it_names_its_columns_and_keeps_the_order(tmp_path: Path) -> None:
    a_log(tmp_path / 'log.csv')
    assert rows(tmp_path / 'log.csv') == [
        'stage,step,seconds,tokens,learning_rate,loss,language,held_loss',
        'train,1,0.5,10,0.01,8.5,,', 'train,2,1.0,20,0.01,7.5,,', 'train,3,1.5,30,0.01,6.5,,',
        'train,3,1.5,30,,,fr,7.25',
        'instruct,1,0.1,4,0.02,3.0,,']


def test_what_came_after_the_checkpoint_is_dropped(tmp_path: Path) -> None:
    a_log(tmp_path / 'log.csv')
    Log(tmp_path / 'log.csv', 'train', 2)
    assert [row.split(',')[:2] for row in rows(tmp_path / 'log.csv')[1:]] == [['train', '1'], ['train', '2']]


def test_a_later_stage_keeps_the_earlier_one(tmp_path: Path) -> None:
    a_log(tmp_path / 'log.csv')
    Log(tmp_path / 'log.csv', 'instruct', 0)
    assert len(rows(tmp_path / 'log.csv')) == 5


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    a_log(tmp_path / 'log.csv')
    with (tmp_path / 'log.csv').open('a') as file:
        file.write('instruct,2,0.')
    Log(tmp_path / 'log.csv', 'instruct', 5)
    assert rows(tmp_path / 'log.csv')[-1].startswith('instruct,1,')
