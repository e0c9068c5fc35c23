// The grammar of Forge templates. What begins and ends where is decided by the scanner (src/scanner.c), which knows the
// directives and what is open; here is only what follows what.
//
// Any text is a template: what is wrong with one is for the language server to say. So an end that is missing is empty
// (`_implicit_end`, `_unclosed`), and an end of nothing is a node of its own (`stray_directive`, `stray_end_tag`).

/** A block of directives whose content is made of `item`: the same in text, in a tag and in an attribute's value. */
const blockOf = ($, item, branch) =>
  seq(
    field('start', $.directive_start),
    repeat(item),
    repeat(branch),
    choice(field('end', $.directive_end), $._implicit_end),
  );

const branchOf = ($, item) => seq($.directive_branch, repeat(item));

const named = ($, token) => alias(token, $.directive_name);

/** A directive's name, with its arguments where there are any: the scanner has looked. */
const called = ($, bare, withArguments) =>
  choice(named($, bare), seq(named($, withArguments), $.arguments));

const expressionFrom = ($, start) => seq(start, repeat1(choice($._rust, $.string)));

module.exports = grammar({
  name: 'forge',

  // As `is_space` in src/ahead.h.
  extras: () => [/[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/],

  // The order is that of `enum Token` in src/scanner.c.
  externals: ($) => [
    $._text_chunk,
    $._script_chunk,
    $._style_chunk,
    $._comment_chunk,
    $._double_quoted_chunk,
    $._single_quoted_chunk,
    $._unquoted_chunk,
    $.entity,
    $.escape,
    $.comment,
    $._echo_open,
    $._raw_echo_open,
    $._triple_echo_open,
    $._echo_close,
    $._raw_echo_close,
    $._triple_echo_close,
    $._tag_name,
    $._void_tag_name,
    $._component_name,
    $._slot_name,
    $._end_tag_name,
    $._component_end_name,
    $._stray_end_name,
    $._html_comment_start,
    $._html_comment_end,
    $._self_close,
    $._tag_unclosed,
    $._implicit_end,
    $._unclosed,
    $._end_tag_unclosed,
    $._attribute_name,
    $._bound_name,
    $._short_name,
    $._alone,
    $._alone_call,
    $._start,
    $._start_call,
    $._start_loop,
    $._branch,
    $._branch_call,
    $._end,
    $._stray,
    $._stray_call,
    $._rust_start,
    $._verbatim_start,
    $._php_start,
    $.rust_code,
    $.verbatim_text,
    $.php_code,
    $._argument_start,
    $._whole_start,
    $._loop_start,
    $._pattern_start,
    $._echo_start,
    $._raw_echo_start,
    $._triple_echo_start,
    $._double_quoted_start,
    $._single_quoted_start,
    $._bare_start,
    $._rust,
    $.string,
    $._error_sentinel,
  ],

  rules: {
    template: ($) => repeat($._node),

    _node: ($) =>
      choice(
        $.text,
        $.script_text,
        $.style_text,
        $.comment_text,
        $.entity,
        $.doctype,
        $.processing_instruction,
        $.html_comment,
        $._piece,
        $.block,
        $.element,
        $.component,
        $.slot,
        $.stray_end_tag,
      ),

    // What may stand in text as well as in a tag and in a value.
    _piece: ($) =>
      choice(
        $.comment,
        $.escape,
        $.echo,
        $.raw_echo,
        $.directive,
        $.stray_directive,
        $.rust_block,
        $.verbatim_block,
        $.php_block,
      ),

    // Text, in chunks: each `@`, `{`, `<` and `&` that begins nothing begins a chunk.
    text: ($) => prec.right(repeat1($._text_chunk)),
    script_text: ($) => prec.right(repeat1($._script_chunk)),
    style_text: ($) => prec.right(repeat1($._style_chunk)),
    comment_text: ($) => prec.right(repeat1($._comment_chunk)),

    doctype: () => token(/<![A-Za-z][^>]*>?/),
    processing_instruction: () => token(/<\?[^>]*>?/),
    html_comment: ($) =>
      seq($._html_comment_start, repeat($._node), choice($._html_comment_end, $._implicit_end)),

    // Echoes.

    echo: ($) =>
      choice(
        seq(alias($._echo_open, '{{'), optional(alias($._echoed, $.expression)), choice(alias($._echo_close, '}}'), $._unclosed)),
        seq(alias($._triple_echo_open, '{{{'), optional(alias($._triple_echoed, $.expression)), choice(alias($._triple_echo_close, '}}}'), $._unclosed)),
      ),
    raw_echo: ($) =>
      seq(
        alias($._raw_echo_open, '{!!'),
        optional(alias($._raw_echoed, $.expression)),
        choice(alias($._raw_echo_close, '!!}'), $._unclosed),
      ),
    _echoed: ($) => expressionFrom($, $._echo_start),
    _triple_echoed: ($) => expressionFrom($, $._triple_echo_start),
    _raw_echoed: ($) => expressionFrom($, $._raw_echo_start),

    // Directives.

    directive: ($) => called($, $._alone, $._alone_call),
    stray_directive: ($) => called($, $._stray, $._stray_call),
    directive_start: ($) =>
      choice(
        called($, $._start, $._start_call),
        seq(named($, $._start_loop), alias($._loop_arguments, $.arguments)),
      ),
    directive_branch: ($) => called($, $._branch, $._branch_call),
    directive_end: ($) => named($, $._end),

    arguments: ($) =>
      seq(
        '(',
        repeat(choice($.expression, ',')),
        choice(')', $._unclosed),
      ),
    expression: ($) => expressionFrom($, $._argument_start),

    _loop_arguments: ($) =>
      seq(
        '(',
        optional(
          choice(
            alias($._loop_first, $.expression),
            seq(
              field('pattern', alias($._loop_first, $.expression)),
              'in',
              optional(field('values', alias($._loop_whole, $.expression))),
            ),
            seq(
              field('values', alias($._loop_first, $.expression)),
              alias(token(/[aA][sS]/), 'as'),
              optional(field('pattern', alias($._loop_pattern, $.expression))),
              optional(seq('=>', optional(field('pattern', alias($._loop_whole, $.expression))))),
            ),
          ),
        ),
        choice(')', $._unclosed),
      ),
    _loop_first: ($) => expressionFrom($, $._loop_start),
    _loop_whole: ($) => expressionFrom($, $._whole_start),
    _loop_pattern: ($) => expressionFrom($, $._pattern_start),

    block: ($) => blockOf($, $._node, $.branch),
    branch: ($) => branchOf($, $._node),

    rust_block: ($) => seq(named($, $._rust_start), optional($.rust_code), named($, '@endrust')),
    verbatim_block: ($) =>
      seq(named($, $._verbatim_start), optional($.verbatim_text), named($, '@endverbatim')),
    php_block: ($) => seq(named($, $._php_start), optional($.php_code), named($, '@endphp')),

    // Markup.

    element: ($) =>
      choice(
        seq($.start_tag, repeat($._node), choice($.end_tag, $._implicit_end)),
        alias($._void_tag, $.start_tag),
        $.self_closing_tag,
        $.unclosed_tag,
      ),
    _tag: ($) => seq('<', alias($._tag_name, $.tag_name), repeat($._tag_item)),
    start_tag: ($) => seq($._tag, '>'),
    self_closing_tag: ($) => seq($._tag, alias($._self_close, '/>')),
    unclosed_tag: ($) => seq($._tag, $._tag_unclosed),
    _void_tag: ($) =>
      seq('<', alias($._void_tag_name, $.tag_name), repeat($._tag_item), choice('>', '/>', $._unclosed)),
    end_tag: ($) => seq('</', alias($._end_tag_name, $.tag_name), $._end_tag_rest),
    stray_end_tag: ($) => seq('</', alias($._stray_end_name, $.tag_name), $._end_tag_rest),
    _end_tag_rest: ($) => seq(repeat(choice($.comment, $.echo, $.raw_echo)), choice('>', $._end_tag_unclosed)),

    _tag_item: ($) =>
      choice($.attribute, alias($._lone_value, $.attribute), $._piece, alias($._tag_block, $.block)),
    _tag_block: ($) => blockOf($, $._tag_item, alias($._tag_branch, $.branch)),
    _tag_branch: ($) => branchOf($, $._tag_item),

    attribute: ($) =>
      prec.right(seq(alias($._attribute_name, $.attribute_name), optional($._attribute_rest))),
    // Behind an echo that is a part of the name: `data-{{ name }}="…"`.
    _lone_value: ($) => $._attribute_rest,
    _attribute_rest: ($) =>
      seq('=', choice($.quoted_value, alias($._unquoted_value, $.unquoted_value), $._unclosed)),
    _unquoted_value: ($) => prec.right(repeat1(choice($._unquoted_chunk, $.comment, $.echo, $.raw_echo))),

    quoted_value: ($) =>
      choice(
        seq('"', repeat($._double_quoted_item), choice('"', $._unclosed)),
        seq("'", repeat($._single_quoted_item), choice("'", $._unclosed)),
      ),
    _double_quoted_item: ($) =>
      choice(
        alias($._double_quoted_text, $.value_text),
        $.entity,
        $._piece,
        alias($._double_quoted_block, $.block),
      ),
    _double_quoted_text: ($) => prec.right(repeat1($._double_quoted_chunk)),
    _double_quoted_block: ($) => blockOf($, $._double_quoted_item, alias($._double_quoted_branch, $.branch)),
    _double_quoted_branch: ($) => branchOf($, $._double_quoted_item),
    _single_quoted_item: ($) =>
      choice(
        alias($._single_quoted_text, $.value_text),
        $.entity,
        $._piece,
        alias($._single_quoted_block, $.block),
      ),
    _single_quoted_text: ($) => prec.right(repeat1($._single_quoted_chunk)),
    _single_quoted_block: ($) => blockOf($, $._single_quoted_item, alias($._single_quoted_branch, $.branch)),
    _single_quoted_branch: ($) => branchOf($, $._single_quoted_item),

    // Components.

    component: ($) =>
      choice(
        seq(
          alias($._component_start, $.start_tag),
          repeat($._node),
          choice(alias($._component_end, $.end_tag), $._implicit_end),
        ),
        alias($._component_self_closing, $.self_closing_tag),
        alias($._component_unclosed, $.unclosed_tag),
      ),
    _component_tag: ($) => seq('<', alias($._component_name, $.component_name), repeat($._component_item)),
    _component_start: ($) => seq($._component_tag, '>'),
    _component_self_closing: ($) => seq($._component_tag, alias($._self_close, '/>')),
    _component_unclosed: ($) => seq($._component_tag, $._tag_unclosed),
    _component_end: ($) => seq('</', alias($._component_end_name, $.component_name), $._end_tag_rest),

    slot: ($) =>
      choice(
        seq(
          alias($._slot_start, $.start_tag),
          repeat($._node),
          choice(alias($._component_end, $.end_tag), $._implicit_end),
        ),
        alias($._slot_self_closing, $.self_closing_tag),
        alias($._slot_unclosed, $.unclosed_tag),
      ),
    _slot_tag: ($) => seq('<', alias($._slot_name, $.component_name), repeat($._component_item)),
    _slot_start: ($) => seq($._slot_tag, '>'),
    _slot_self_closing: ($) => seq($._slot_tag, alias($._self_close, '/>')),
    _slot_unclosed: ($) => seq($._slot_tag, $._tag_unclosed),

    _component_item: ($) =>
      choice(
        $.bound_attribute,
        alias($._component_attribute, $.attribute),
        alias($._component_rest, $.attribute),
        $.comment,
        $.echo,
        $.raw_echo,
        $.directive,
      ),
    _component_attribute: ($) =>
      prec.right(
        seq(
          alias($._attribute_name, $.attribute_name),
          optional($._component_rest),
        ),
      ),
    _component_rest: ($) =>
      seq(
        '=',
        choice(
          alias($._component_value, $.quoted_value),
          alias($._unquoted_value, $.unquoted_value),
          $._unclosed,
        ),
      ),
    _component_value: ($) =>
      choice(
        seq('"', repeat(choice(alias($._double_quoted_text, $.value_text), $._part)), choice('"', $._unclosed)),
        seq("'", repeat(choice(alias($._single_quoted_text, $.value_text), $._part)), choice("'", $._unclosed)),
      ),
    // What a component's value may hold: directives are text there.
    _part: ($) => choice($.entity, $.comment, $.escape, $.echo, $.raw_echo),

    bound_attribute: ($) =>
      choice(
        alias($._short_name, $.attribute_name),
        seq(alias($._bound_name, $.attribute_name), '=', choice($._bound_value, $._unclosed)),
      ),
    _bound_value: ($) =>
      choice(
        seq('"', optional(alias($._double_quoted, $.expression)), choice('"', $._unclosed)),
        seq("'", optional(alias($._single_quoted, $.expression)), choice("'", $._unclosed)),
        alias($._bare, $.expression),
      ),
    _double_quoted: ($) => expressionFrom($, $._double_quoted_start),
    _single_quoted: ($) => expressionFrom($, $._single_quoted_start),
    _bare: ($) => expressionFrom($, $._bare_start),
  },
});
