// What an `@` begins: an escape, a directive, an attribute, or text.
#ifndef FORGE_DIRECTIVE_H
#define FORGE_DIRECTIVE_H

#include "expression.h"
#include "state.h"

// What behind a name tells directives from other uses of `@`.
typedef struct {
    uint8_t kind;
    // Behind the name comes `.`, `:` or `-`, or another letter.
    bool goes_on;
    bool is_compound;
    bool is_namespaced;
    // `=`, and a quote behind it.
    bool has_equals;
    bool is_attribute;
    // A quote, the same as before the `@`.
    bool is_quoted;
    bool has_arguments;
    bool is_before_at;
    // The token's end is not said yet, since an empty one may come first.
    bool is_unmarked;
} Written;

// Whether something within the block that this directive continues or ends is still open: that ends first.
static bool ends_others(const Scan *scan, uint8_t kind, Place place) {
    const Directive *directive = &DIRECTIVES[kind];
    bool continues =
        directive->shape == SHAPE_BRANCH || directive->shape == SHAPE_CLOSER || directive->when == WHEN_ANYARGUMENT;
    uint32_t index = continues ? frames_find_block(&scan->state->frames, kind, place) : NO_FRAME;
    return index != NO_FRAME && !is_at_top(&scan->state->frames, index);
}

// Reads the name behind `@`, which ends the token, and what may stand behind it, as far as it takes.
static Written read_name(const Scan *scan, Place place) {
    Written written = {.kind = KIND_NONE};
    Name name = {.length = 0};
    uint32_t length = 0;
    for (; is_word(peek(scan)); length++) {
        name_push(&name, lower(peek(scan)));
        take(scan);
    }
    name.text[length <= DIRECTIVE_NAME_MAX ? length : 0] = 0;
    written.kind = directive_named(name.text);
    written.is_before_at = peek(scan) == '@';
    written.is_unmarked = written.kind != KIND_NONE && ends_others(scan, written.kind, place);
    if (!written.is_unmarked) {
        mark(scan);
    }
    if (length == 0 || length > DIRECTIVE_NAME_MAX) {
        return written;
    }
    int32_t quote = peek(scan);
    uint8_t before = scan->state->before;
    written.is_quoted = (quote == '"' && before == BEFORE_DOUBLE_QUOTE) || (quote == '\'' && before == BEFORE_SINGLE_QUOTE);
    int32_t first = peek(scan), second = 0;
    for (uint32_t at = 0; is_word(peek(scan)) || peek(scan) == '.' || peek(scan) == ':' || peek(scan) == '-'; at++) {
        written.goes_on = true;
        second = at == 1 ? peek(scan) : second;
        written.is_compound |= at == 1 && first == '-' && (is_letter(peek(scan)) || is_digit(peek(scan)));
        written.is_namespaced |= at == 2 && first == ':' && second == ':' && is_word(peek(scan));
        take(scan);
    }
    written.has_equals = peek(scan) == '=';
    if (written.has_equals) {
        // In a tag, what has a value is an attribute.
        if (place == IN_TAG) {
            mark(scan);
        }
        take(scan);
        written.is_attribute = place == IN_TAG || peek(scan) == '"' || peek(scan) == '\'';
        return written;
    }
    if (!written.goes_on) {
        while (peek(scan) == ' ' || peek(scan) == '\t') {
            take(scan);
        }
        written.has_arguments = peek(scan) == '(';
    }
    return written;
}

// Whether a directive that can open a block opens one, given its arguments: the lexer stands before their bracket.
static bool opens_block(const Scan *scan, const Directive *directive, bool has_arguments) {
    if (directive->when == WHEN_ALWAYS || directive->when == WHEN_ANYARGUMENT || !has_arguments) {
        return true;
    }
    take(scan);
    Ahead ahead = ahead_from(scan->lexer);
    uint32_t first = 0;
    while (is_space(ahead_at(&ahead, first))) {
        first++;
    }
    bool is_list = ahead_at(&ahead, first) == '[';
    Extent extent = extent_of_arguments(&ahead);
    ahead_free(&ahead);
    uint32_t count = extent.commas + extent.has_last;
    return directive->when == WHEN_ONEARGUMENT ? count <= 1 : count == 0 || (count == 1 && is_list);
}

// The token for a directive with arguments is the next one behind that without.
static bool emit_called(const Scan *scan, enum Token bare, bool has_arguments) {
    return emit(scan, has_arguments ? bare + 1 : bare);
}

static bool scan_raw_start(const Scan *scan, uint8_t kind) {
    bool is_rust = kind == KIND_RUST;
    bool is_verbatim = kind == KIND_VERBATIM;
    const char *close = is_rust ? "@endrust" : is_verbatim ? "@endverbatim" : "@endphp";
    if (!take_until(scan, close)) {
        return emit(scan, STRAY);
    }
    return emit(scan, is_rust ? RUST_START : is_verbatim ? VERBATIM_START : PHP_START);
}

// A branch or an end: of the innermost block that it fits. What is open within that ends before.
static bool scan_continuation(const Scan *scan, uint8_t kind, bool has_arguments, Place place) {
    Frames *frames = &scan->state->frames;
    uint32_t index = frames_find_block(frames, kind, place);
    if (index == NO_FRAME) {
        return emit_called(scan, STRAY, has_arguments);
    }
    if (DIRECTIVES[kind].shape != SHAPE_CLOSER) {
        return emit_called(scan, BRANCH, has_arguments);
    }
    frames_pop(frames);
    return emit(scan, END);
}

static bool scan_directive(const Scan *scan, Written written, Place place) {
    const Directive *directive = &DIRECTIVES[written.kind];
    bool has_arguments = written.has_arguments && directive->takes != TAKES_NOTHING;
    if (directive->takes == TAKES_REQUIRED && !has_arguments) {
        return emit(scan, STRAY);
    }
    switch (directive->shape) {
    case SHAPE_ALONE:
        return emit_called(scan, ALONE, has_arguments);
    case SHAPE_RAW:
        return has_arguments ? emit(scan, ALONE_CALL) : scan_raw_start(scan, written.kind);
    case SHAPE_BLOCK:
        break;
    default:
        return scan_continuation(scan, written.kind, has_arguments, place);
    }
    if (directive->when == WHEN_ANYARGUMENT && !has_arguments) {
        return scan_continuation(scan, written.kind, false, place);
    }
    if (!opens_block(scan, directive, has_arguments)) {
        return emit_called(scan, ALONE, has_arguments);
    }
    frames_push(&scan->state->frames, FRAME_BLOCK, written.kind, place);
    bool is_loop = written.kind == KIND_FOR || written.kind == KIND_FOREACH || written.kind == KIND_FORELSE;
    return is_loop ? emit(scan, START_LOOP) : emit_called(scan, START, has_arguments);
}

// Whether the name is text after all, as `@media`, `@click="…"` and `"@context"` are.
static bool is_no_directive(const Written *written, Place place) {
    if (written->kind == KIND_NONE || written->is_attribute || written->is_namespaced) {
        return true;
    }
    bool lacks_arguments = DIRECTIVES[written->kind].takes == TAKES_REQUIRED && !written->has_arguments;
    return lacks_arguments && (written->is_compound || written->is_quoted || place == IN_VALUE);
}

typedef enum { AT_TEXT, AT_TOKEN, AT_FAILED } AtResult;

// `@{{ … }}` or `@{!! … !!}`, behind the `@`. Without its end, the opening alone.
static AtResult scan_escaped_echo(const Scan *scan) {
    mark(scan);
    take(scan);
    bool is_raw = peek(scan) == '!';
    if (peek(scan) != '{' && !is_raw) {
        mark(scan);
        return AT_TEXT;
    }
    take(scan);
    const char *close = is_raw ? "!!}" : "}}";
    if (is_raw && peek(scan) != '!') {
        mark(scan);
        return AT_TEXT;
    }
    if (peek(scan) == '-') {
        take(scan);
        if (peek(scan) == '-') {
            return AT_TEXT;
        }
    } else if (is_raw || peek(scan) == '{') {
        close = is_raw ? close : "}}}";
        take(scan);
    }
    mark(scan);
    if (take_until(scan, close)) {
        mark(scan);
    }
    return emit(scan, ESCAPE) ? AT_TOKEN : AT_FAILED;
}

// `@` begins here. AT_TEXT leaves the token's end behind what is text for sure.
static AtResult scan_at(const Scan *scan, Place place, Written *written) {
    bool is_behind_word = scan->state->before == BEFORE_WORD;
    take(scan);
    if (peek(scan) == '{') {
        return scan_escaped_echo(scan);
    }
    if (is_behind_word) {
        mark(scan);
        return AT_TEXT;
    }
    if (peek(scan) == '@') {
        mark(scan);
        take(scan);
        if (!is_word(peek(scan))) {
            return AT_TEXT;
        }
        while (is_word(peek(scan))) {
            take(scan);
        }
        mark(scan);
        scan->state->before = peek(scan) == '@' ? BEFORE_WORD : BEFORE_OTHER;
        return emit(scan, ESCAPE) ? AT_TOKEN : AT_FAILED;
    }
    *written = read_name(scan, place);
    if (is_no_directive(written, place)) {
        bool is_marked = place == IN_TAG && written->has_equals;
        if (written->kind != KIND_NONE && !is_marked) {
            mark(scan);
        }
        return AT_TEXT;
    }
    if (written->is_unmarked) {
        bool opens = DIRECTIVES[written->kind].when == WHEN_ANYARGUMENT && written->has_arguments;
        if (!opens) {
            return end_implicitly(scan) ? AT_TOKEN : AT_FAILED;
        }
        mark(scan);
    }
    scan->state->before = written->is_before_at ? BEFORE_WORD : BEFORE_OTHER;
    return scan_directive(scan, *written, place) ? AT_TOKEN : AT_FAILED;
}

#endif
