import GithubSlugger from 'github-slugger';
import { type MdastNode, markdownToMdast, mdxToMdast } from 'satteri';

/** A component or an element of drawing, with the plain-text values of its attributes. Lines count from 1 in the body. */
export interface Component {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** Names of the components and elements around it, outermost first. */
  readonly within: readonly string[];
}

export interface Place<T> {
  readonly value: T;
  readonly line: number;
}

/** What the rules need to know of a Markdown or MDX body. */
export interface Outline {
  readonly headings: readonly Place<{ readonly depth: number; readonly anchor: string }>[];
  readonly components: readonly Component[];
  readonly links: readonly Place<string>[];
  /** Running text, without code. */
  readonly texts: readonly Place<string>[];
  /** `import`, `export` and `{…}`: lessons are prose, not programs. */
  readonly scripts: readonly Place<string>[];
}

/** A fault of syntax, at the line that the parser names. */
export class SyntaxFault extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

type Jsx = Extract<MdastNode, { type: 'mdxJsxFlowElement' | 'mdxJsxTextElement' }>;

const isJsx = (node: MdastNode): node is Jsx => node.type === 'mdxJsxFlowElement' || node.type === 'mdxJsxTextElement';

function plainText(node: MdastNode): string {
  if ('value' in node && typeof node.value === 'string') return node.value;
  return 'children' in node ? node.children.map((child) => plainText(child as MdastNode)).join('') : '';
}

function attributesOf(node: Jsx): Map<string, string> {
  const found = new Map<string, string>();
  for (const attribute of node.attributes) {
    if (attribute.type === 'mdxJsxAttribute') {
      found.set(attribute.name, typeof attribute.value === 'string' ? attribute.value : '');
    }
  }
  return found;
}

function parse(body: string, language: 'markdown' | 'mdx'): MdastNode {
  try {
    const features = { frontmatter: false };
    return language === 'mdx' ? mdxToMdast(body, { features }) : markdownToMdast(body, { features });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = Number(/^(\d+):\d+/.exec(message)?.[1] ?? 1);
    throw new SyntaxFault(message.replace(/^\d+:\d+: /, '').replace(/ \(mdx-jsx:[\w-]+\)$/, ''), line);
  }
}

/** Throws {@link SyntaxFault} when the body does not parse. */
export function outlineOf(body: string, language: 'markdown' | 'mdx'): Outline {
  const slugger = new GithubSlugger();
  const headings: Place<{ depth: number; anchor: string }>[] = [];
  const components: Component[] = [];
  const links: Place<string>[] = [];
  const texts: Place<string>[] = [];
  const scripts: Place<string>[] = [];

  const visit = (node: MdastNode, within: readonly string[]): void => {
    const line = node.position?.start.line ?? 1;
    let inside = within;
    if (isJsx(node)) {
      const name = node.name ?? '';
      components.push({ name, line, attributes: attributesOf(node), within });
      inside = [...within, name];
    } else if (node.type === 'heading') {
      headings.push({ value: { depth: node.depth, anchor: slugger.slug(plainText(node)) }, line });
    } else if (node.type === 'link' || node.type === 'definition' || node.type === 'image') {
      links.push({ value: node.url, line });
    } else if (node.type === 'text') {
      texts.push({ value: node.value, line });
    } else if (node.type === 'mdxjsEsm' || node.type === 'mdxFlowExpression' || node.type === 'mdxTextExpression') {
      scripts.push({ value: node.value, line });
    }
    if ('children' in node) for (const child of node.children) visit(child as MdastNode, inside);
  };
  visit(parse(body, language), []);
  return { headings, components, links, texts, scripts };
}
