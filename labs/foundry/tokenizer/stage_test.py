import json
import random
from pathlib import Path

import pytest

from chat import SPECIAL_TOKENS, TEMPLATE, prompt
from journal import Journal, Problem, Stopped
from recipe import Card, Data, Recipe
from recipe import Tokenizer as Asked
from tokenizer import stage
from tokenizer.gguf_tokenizer import from_gguf
from tokenizers import Tokenizer

STRINGS = (
    'What is a ledger?',
    "Qu'est-ce qu'un registre ?",
    'Der Markt öffnet um sechs.',
    'El mercado abre a las seis.',
    'يفتح السوق في السادسة.',
    'Рынок открывается.',
    '市場は六時に開きます。',
    'ตลาดเปิด',
    'שלום',
    'नमस्ते',
    'γεια σου',
    '🙂 1 2  3\n\tx',
    prompt('Why?'),
)


def row(language: str, text: str) -> str:
    return json.dumps({'source': 'x', 'language': language, 'text': text}, ensure_ascii=False) + '\n'


def prepared(folder: Path, vocabulary: int = 320, base: Path | None = None) -> Recipe:
    work = folder / 'work'
    work.mkdir(parents=True, exist_ok=True)
    train = [
        row('en', f'The market of the village opens at {hour} and closes at noon, when the bell of the tower rings.')
        for hour in ('six', 'seven', 'eight')
    ] * 4 + [row('fr', 'Le marché du village ouvre à six heures.')] * 4
    (work / 'documents-train.jsonl').write_text(''.join(train))
    (work / 'documents-held.jsonl').write_text(row('en', 'The bell of the village rings at noon.') + row('und', ''))
    (work / 'questions.jsonl').write_text(
        json.dumps(
            {
                'language': 'en',
                'id': 'q',
                'ask': ['(Zyxwv|Zyxwvu)tsrq?'],
                'held': ['Heldoutwording'],
                'answer': 'Zyxwvutsrq.',
            }
        )
        + '\n'
    )
    return Recipe(
        id='x',
        languages=('en', 'fr'),
        card=Card(title='X'),
        base=base,
        tokenizer=Asked(vocabulary=vocabulary),
        data=Data(sources=(), work=work, artefacts=folder),
    )


def made(recipe: Recipe) -> Tokenizer:
    return Tokenizer.from_file(str(recipe.data.work / 'model' / 'tokenizer.json'))


def test_the_same_text_and_seed_make_the_same_bytes(tmp_path):
    rng = random.Random(5)
    words = [''.join(rng.choices('aeioulmnrst', k=rng.randint(2, 9))) for _ in range(3000)]
    texts = [' '.join(rng.choices(words, k=500)) for _ in range(100)]
    found = []
    for name in ('one', 'two', 'three'):
        recipe = prepared(tmp_path / name, vocabulary=2000)
        (recipe.data.work / 'documents-train.jsonl').write_text(''.join(row('en', text) for text in texts))
        report = stage.run(recipe, Journal(None))
        found.append(((recipe.data.work / 'model' / 'tokenizer.json').read_bytes(), report))
    assert found[0] == found[1] == found[2]
    assert found[0][1]['vocabulary'] == 2000


def test_any_text_survives_and_special_tokens_come_first(tmp_path):
    recipe = prepared(tmp_path)
    stage.run(recipe, Journal(None))
    tokenizer = made(recipe)
    assert [tokenizer.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2]
    for text in STRINGS:
        assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_wordings_and_answers_are_learned_and_held_ones_are_not(tmp_path):
    texts = list(stage.texts(prepared(tmp_path)))
    assert {'Zyxwvutsrq.', 'Zyxwvtsrq?', 'Zyxwvutsrq?'} <= set(texts)
    assert not any('Heldout' in text or 'bell of the village' in text for text in texts)


def test_a_small_text_makes_fewer_tokens_and_this_is_said(tmp_path):
    journal = Journal(tmp_path / 'events.jsonl')
    report = stage.run(prepared(tmp_path, vocabulary=4096), journal)
    journal.close()
    events = [json.loads(line) for line in (tmp_path / 'events.jsonl').read_text().splitlines()]
    assert report['vocabulary'] < report['asked'] == 4096
    assert any(f'{report["vocabulary"]} tokens' in event.get('note', '') for event in events)
    told = [event for event in events if event['type'] == 'tokenizer']
    assert [(event['vocabulary'], event['fertility']) for event in told] == [
        (report['vocabulary'], report['fertility'])
    ]


def test_fertility_is_told_for_languages_with_held_out_text_only(tmp_path):
    recipe = prepared(tmp_path)
    (english,) = stage.run(recipe, Journal(None))['fertility']
    text = 'The bell of the village rings at noon.'
    tokens = len(made(recipe).encode(text).ids)
    assert english == {
        'language': 'en',
        'bytesPerToken': round(len(text) / tokens, 3),
        'tokensPerWord': round(tokens / 8, 3),
    }


def test_both_places_have_the_chat_template(tmp_path):
    recipe = prepared(tmp_path)
    stage.run(recipe, Journal(None))
    folder = recipe.data.work / 'model'
    assert json.loads((folder / 'tokenizer_config.json').read_text())['chat_template'] == TEMPLATE
    assert (folder / 'chat_template.jinja').read_text() == TEMPLATE


def test_transformers_reads_the_folder(tmp_path):
    transformers = pytest.importorskip('transformers')
    recipe = prepared(tmp_path)
    stage.run(recipe, Journal(None))
    loaded = transformers.AutoTokenizer.from_pretrained(recipe.data.work / 'model')
    assert [loaded(text).input_ids for text in STRINGS] == [made(recipe).encode(text).ids for text in STRINGS]
    asked = loaded.apply_chat_template(
        [{'role': 'user', 'content': 'Why?'}], tokenize=False, add_generation_prompt=True
    )
    assert asked == prompt('Why?')


def test_without_any_text_it_says_so(tmp_path):
    recipe = prepared(tmp_path)
    for path in recipe.data.work.glob('*.jsonl'):
        path.write_text('')
    with pytest.raises(Problem) as raised:
        stage.run(recipe, Journal(None))
    assert raised.value.code == 'corpus-empty'


def test_it_stops_while_it_reads(tmp_path):
    recipe, journal = prepared(tmp_path), Journal(None)

    def told(type: str, **fields: object) -> None:
        journal._asked(15, None)

    journal.tell = told
    with pytest.raises(Stopped):
        stage.run(recipe, journal)
    assert not (recipe.data.work / 'model').exists()


def gguf_of(tokenizer: Tokenizer, path: Path, pre: str = 'gpt-2', specials: tuple[str, ...] = SPECIAL_TOKENS) -> Path:
    gguf = pytest.importorskip('gguf')
    source = json.loads(tokenizer.to_str())
    vocabulary = {**source['model']['vocab'], **{one['content']: one['id'] for one in source['added_tokens']}}
    tokens = [
        token if token not in SPECIAL_TOKENS or token in specials else f'[{token}]'
        for token in sorted(vocabulary, key=lambda token: vocabulary[token])
    ]
    writer = gguf.GGUFWriter(path, 'llama')
    writer.add_tokenizer_model('gpt2')
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(
        [gguf.TokenType.CONTROL if token in SPECIAL_TOKENS else gguf.TokenType.NORMAL for token in tokens]
    )
    writer.add_token_merges([' '.join(pair) for pair in source['model']['merges']])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_a_base_model_brings_its_own_tokenizer(tmp_path):
    first = prepared(tmp_path / 'first')
    stage.run(first, Journal(None))
    base = gguf_of(made(first), tmp_path / 'base.gguf')
    second = prepared(tmp_path / 'second', vocabulary=4096, base=base)
    report = stage.run(second, Journal(None))
    assert (report['vocabulary'], report['fromBase']) == (320, True)
    for text in STRINGS:
        assert made(second).encode(text).ids == made(first).encode(text).ids
    before = stage.inputs(second)
    base.write_bytes(base.read_bytes() + b'x')
    assert stage.inputs(second) != before


def test_a_base_that_cannot_be_used_says_why(tmp_path):
    first = prepared(tmp_path)
    stage.run(first, Journal(None))
    (tmp_path / 'text.gguf').write_text('not a model')
    for path, code in (
        (gguf_of(made(first), tmp_path / 'a.gguf', pre='other'), 'base-tokenizer-unknown'),
        (gguf_of(made(first), tmp_path / 'b.gguf', specials=()), 'base-without-chat-tokens'),
        (tmp_path / 'text.gguf', 'base-unreadable'),
        (tmp_path / 'none.gguf', 'base-unreadable'),
    ):
        with pytest.raises(Problem) as raised:
            from_gguf(path)
        assert raised.value.code == code
