// The tree of this grammar in the form in which framework/templates-codegen prints its own: text and markup are left out.

import { child } from './tree.mjs';

const code = (node) => `\`${node.text}\``;

const quoted = (text) => {
  const escapes = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };
  return `"${text.replace(/[\n\r\t"\\]/g, (letter) => escapes[letter])}"`;
};

const unlessClosed = (isClosed) => (isClosed ? '' : ' (not closed)');

function directive(node) {
  const name = child(node, 'directive_name').text;
  const list = child(node, 'arguments');
  if (!list) return name;
  const [pattern, key] = list.children.filter(({ field }) => field === 'pattern').reverse();
  const values = list.children.find(({ field }) => field === 'values');
  const isHead = /^@(for|foreach|forelse)$/i.test(name);
  if (pattern && values) return `${name} loop ${key ? `${code(key)} => ` : ''}${code(pattern)} in ${code(values)}`;
  if (isHead && list.children.length > 0) return `${name}(\`${list.text.replace(/^\(\s*|\s*\)?$/g, '')}\`${list.text.endsWith(')') ? ')' : ''}`;
  const expressions = list.children.filter(({ kind }) => kind === 'expression').map(code);
  return `${name}(${expressions.join(', ')}${list.text.endsWith(')') ? ')' : ''}`;
}

function echo(node) {
  const [kind, close] = node.text.startsWith('{!!')
    ? ['raw echo', '!!}']
    : node.text.startsWith('{{{')
      ? ['triple echo', '}}}']
      : ['echo', '}}'];
  const text = (child(node, 'expression')?.text ?? '').replace(/\s*;$/, '');
  return `${kind} \`${text}\`${unlessClosed(node.text.length >= 2 * close.length && node.text.endsWith(close))}`;
}

const comment = (node) =>
  node.text.endsWith('--}}') && node.text.length >= 8
    ? `comment ${quoted(node.text.slice(4, -4))}`
    : 'comment "" (not closed)';

/** The parts of a quoted or unquoted value: text and pieces. */
function value(node) {
  const quote = node.kind === 'quoted_value' ? 1 : 0;
  const isClosed = !quote || (node.text.length > 1 && node.text.endsWith(node.text[0]));
  const parts = [];
  const bytes = Buffer.from(node.text);
  let at = quote;
  const text = (end) => {
    if (end > at) parts.push(quoted(bytes.toString('utf8', at, end)));
  };
  for (const part of node.children) {
    if (['value_text', 'entity'].includes(part.kind)) continue;
    text(part.start - node.start);
    parts.push(part.kind === 'comment' ? comment(part) : part.kind === 'escape' ? escape(part) : echo(part));
    at = part.end - node.start;
  }
  text(bytes.length - (isClosed ? quote : 0));
  return parts.join(' + ') + unlessClosed(isClosed);
}

const escape = (node) => `escape ${quoted(node.text.slice(1))}`;

function attribute(node) {
  const name = child(node, 'attribute_name')?.text ?? '';
  if (node.kind === 'bound_attribute') {
    const expression = child(node, 'expression');
    return name.startsWith(':$') ? `:${name.slice(2)}` : `${name} = ${expression ? code(expression) : '``'}`;
  }
  if (!node.text.includes('=')) return /^["'<>={}\/]$/.test(name) ? `stray ${quoted(name)}` : name.replace(/^::/, ':');
  const given = child(node, 'quoted_value') ?? child(node, 'unquoted_value');
  return `${name.replace(/^::/, ':')} = ${given ? value(given) : ''}`;
}

function tag(node) {
  let text = child(node, 'component_name').text.slice(2);
  for (const item of node.children) {
    if (item.kind.endsWith('attribute')) text += ` [${attribute(item)}]`;
    else if (item.kind.endsWith('echo')) text += ` [${echo(item)}]`;
    else if (item.kind === 'directive') text += ` [${directive(item)}]`;
    else if (item.kind === 'comment') text += ` [${comment(item)}]`;
  }
  return text + (node.kind === 'self_closing_tag' ? ' /' : node.kind === 'unclosed_tag' ? ' (not closed)' : '');
}

/** The name of a slot, where it is text. */
function slotName(start) {
  const name = child(start, 'component_name').text;
  if (name.startsWith('x-slot:')) return quoted(name.slice('x-slot:'.length));
  for (const item of start.children) {
    const given = child(item, 'quoted_value');
    if (item.kind !== 'attribute' || child(item, 'attribute_name')?.text !== 'name' || !given) continue;
    if (given.children.every(({ kind }) => kind === 'value_text')) return quoted(given.text.slice(1, -1));
  }
  return 'default';
}

class Outline {
  lines = [];

  line(depth, text) {
    this.lines.push('  '.repeat(depth) + text);
  }

  all(list, depth) {
    for (const node of list) this.node(node, depth);
  }

  block(node, depth) {
    for (const part of node.children) {
      if (part.kind === 'directive_start') this.line(depth, directive(part));
      else if (part.kind === 'directive_end') this.line(depth, directive(part));
      else if (part.kind === 'branch') {
        this.line(depth, directive(part.children[0]));
        this.all(part.children.slice(1), depth + 1);
      } else this.node(part, depth + 1);
    }
    if (!child(node, 'directive_end')) this.line(depth, '(not closed)');
  }

  component(node, depth) {
    const [start, ...rest] = node.children;
    if (start.kind === 'unclosed_tag') {
      this.line(depth, `stray ${tag(start)}`);
      return;
    }
    this.line(depth, node.kind === 'slot' ? `slot ${slotName(start)}: ${tag(start)}` : `component ${tag(start)}`);
    if (start.kind === 'self_closing_tag') return;
    const end = child(node, 'end_tag');
    this.all(rest.filter((each) => each !== end), depth + 1);
    this.line(depth, end ? end.text.split('\n')[0] : '(not closed)');
  }

  node(node, depth) {
    switch (node.kind) {
      case 'comment':
        return this.line(depth, comment(node));
      case 'escape':
        return this.line(depth, escape(node));
      case 'echo':
      case 'raw_echo':
        return this.line(depth, echo(node));
      case 'directive':
        return this.line(depth, directive(node));
      case 'stray_directive':
        return this.line(depth, `stray ${directive(node)}`);
      case 'rust_block':
      case 'verbatim_block':
      case 'php_block':
        return this.line(depth, `raw ${child(node, 'directive_name').text}`);
      case 'block':
        return this.block(node, depth);
      case 'component':
      case 'slot':
        return this.component(node, depth);
      case 'stray_end_tag':
        return /^<\/x[-:]/.test(node.text) ? this.line(depth, `stray ${node.text}`) : undefined;
      default:
        return this.all(node.children, depth);
    }
  }
}

export function outline(tree) {
  const outlined = new Outline();
  outlined.all(tree.children, 0);
  return outlined.lines.join('\n').split('\n').filter((line) => line !== '' && line !== '>');
}

/** The lines of a case's expected outline that say something about the structure. */
export function expected(lines) {
  const kept = [];
  for (const line of lines) {
    if (line.startsWith('! ')) break;
    const text = line.trim();
    if (text === '' || text.startsWith('"') || text === '>') continue;
    kept.push(
      line
        .replace(/^( *)raw (@\w+) .*$/, '$1raw $2')
        .replace(/\([^\n]*\) loop `/, ' loop `')
        .replace(/ level \d+$| if `[^`]*`$/, ''),
    );
  }
  return kept;
}
