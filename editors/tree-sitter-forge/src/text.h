// Text, in chunks: what begins something ends a chunk, and what could but does not begins one.
#ifndef FORGE_TEXT_H
#define FORGE_TEXT_H

#include "markup.h"

static enum Token text_token(const Scan *scan) {
    switch (frames_mode(&scan->state->frames)) {
    case FRAME_SCRIPT:
        return SCRIPT_CHUNK;
    case FRAME_STYLE:
        return STYLE_CHUNK;
    case FRAME_COMMENT:
        return COMMENT_CHUNK;
    default:
        return TEXT_CHUNK;
    }
}

// `&` begins here: an entity, or text.
static bool scan_ampersand(const Scan *scan, enum Token text) {
    take(scan);
    if (peek(scan) == '#') {
        take(scan);
    }
    uint32_t length = 0;
    for (; is_letter(peek(scan)) || is_digit(peek(scan)); length++) {
        take(scan);
    }
    bool is_entity = length > 0 && peek(scan) == ';';
    if (is_entity) {
        take(scan);
    }
    mark(scan);
    return emit(scan, is_entity ? ENTITY : text);
}

// `-` begins here, in a comment of HTML.
static bool scan_hyphen(const Scan *scan) {
    Frames *frames = &scan->state->frames;
    bool is_innermost = frames_top(frames).type == FRAME_COMMENT;
    uint32_t length = 0;
    for (; peek(scan) == '-'; length++) {
        take(scan);
    }
    if (length < 2 || peek(scan) != '>') {
        mark(scan);
        return emit(scan, COMMENT_CHUNK);
    }
    if (!is_innermost) {
        return end_implicitly(scan);
    }
    take(scan);
    mark(scan);
    frames_pop(frames);
    return emit(scan, HTML_COMMENT_END);
}

static bool begins_something(int32_t c, enum Token text) {
    switch (c) {
    case '@':
    case '{':
    case '<':
        return true;
    case '&':
        return text == TEXT_CHUNK;
    case '-':
        return text == COMMENT_CHUNK;
    default:
        return false;
    }
}

static uint8_t before_of(int32_t last) {
    return is_word(last)  ? BEFORE_WORD
           : last == '"'  ? BEFORE_DOUBLE_QUOTE
           : last == '\'' ? BEFORE_SINGLE_QUOTE
                          : BEFORE_OTHER;
}

// Text up to what may begin something, without the spaces at its end.
static bool scan_plain(const Scan *scan, enum Token text) {
    int32_t last = 0;
    for (int32_t c = peek(scan); c != NOTHING && !begins_something(c, text); c = peek(scan)) {
        take(scan);
        last = c;
        if (!is_space(c)) {
            mark(scan);
        }
    }
    scan->state->before = peek(scan) == '@' ? before_of(last) : BEFORE_OTHER;
    return emit(scan, text);
}

static bool scan_content(const Scan *scan) {
    State *state = scan->state;
    enum Token text = text_token(scan);
    if (is_space(peek(scan))) {
        state->before = BEFORE_OTHER;
    }
    skip_space(scan);
    mark(scan);
    int32_t c = peek(scan);
    if (c == NOTHING) {
        return state->frames.count > 0 && end_implicitly(scan);
    }
    if (!begins_something(c, text)) {
        return scan_plain(scan, text);
    }
    if (c == '@') {
        Written written = {.kind = KIND_NONE};
        AtResult result = scan_at(scan, IN_CONTENT, &written);
        if (result == AT_TEXT) {
            state->before = written.is_before_at ? BEFORE_WORD : BEFORE_OTHER;
            return emit(scan, text);
        }
        return result == AT_TOKEN;
    }
    state->before = BEFORE_OTHER;
    return c == '<'   ? scan_less_than(scan, text)
           : c == '{' ? scan_brace(scan, text)
           : c == '&' ? scan_ampersand(scan, text)
                      : scan_hyphen(scan);
}

// Whether the value's quote still comes: looks ahead, once for a value.
static bool is_value_closed(const Scan *scan, int32_t quote) {
    State *state = scan->state;
    while (state->value == VALUE_UNKNOWN) {
        int32_t c = peek(scan);
        state->value = c == quote ? VALUE_CLOSED : c == NOTHING ? VALUE_OPEN : VALUE_UNKNOWN;
        take(scan);
    }
    return state->value == VALUE_CLOSED;
}

static bool scan_value_text(const Scan *scan, int32_t quote, enum Token text) {
    int32_t last = 0, c = peek(scan);
    for (; c != NOTHING && c != quote && c != '{' && c != '&' && c != '@'; c = peek(scan)) {
        bool may_end = scan->state->value != VALUE_CLOSED && (c == '>' || c == '\n');
        if (may_end && last) {
            break;
        }
        take(scan);
        last = c;
    }
    mark(scan);
    scan->state->before = c == '@' ? before_of(last) : BEFORE_OTHER;
    (void)is_value_closed(scan, quote);
    return emit(scan, text);
}

static bool scan_value_at(const Scan *scan, enum Token text) {
    // In the tag of a component, directives are text.
    if (!scan->valid[ALONE]) {
        take(scan);
        mark(scan);
        bool is_escape = peek(scan) == '{' && scan_escaped_echo(scan) == AT_TOKEN;
        return is_escape || emit(scan, text);
    }
    Written written = {.kind = KIND_NONE};
    AtResult result = scan_at(scan, IN_VALUE, &written);
    if (result == AT_TEXT) {
        scan->state->before = written.is_before_at ? BEFORE_WORD : BEFORE_OTHER;
        return emit(scan, text);
    }
    return result == AT_TOKEN;
}

// In a value with quotes.
static bool scan_value(const Scan *scan) {
    int32_t quote = scan->valid[DOUBLE_QUOTED_CHUNK] ? '"' : '\'';
    enum Token text = scan->valid[DOUBLE_QUOTED_CHUNK] ? DOUBLE_QUOTED_CHUNK : SINGLE_QUOTED_CHUNK;
    mark(scan);
    int32_t c = peek(scan);
    bool is_over = scan->state->value == VALUE_OPEN && (c == '>' || c == '\n');
    if (c == quote || c == NOTHING || is_over) {
        bool in_block = scan->valid[IMPLICIT_END] && frames_top(&scan->state->frames).type == FRAME_BLOCK;
        return in_block ? end_implicitly(scan) : c != quote && emit(scan, UNCLOSED);
    }
    switch (c) {
    case '{':
        return scan_brace(scan, text);
    case '&':
        return scan_ampersand(scan, text);
    case '@':
        return scan_value_at(scan, text);
    default:
        return scan_value_text(scan, quote, text);
    }
}

// What stands between `@rust` and `@endrust`, and the like, without the spaces around it.
static bool scan_raw(const Scan *scan) {
    enum Token token = scan->valid[RUST_CODE] ? RUST_CODE : scan->valid[VERBATIM_TEXT] ? VERBATIM_TEXT : PHP_CODE;
    const char *close = token == RUST_CODE ? "@endrust" : token == VERBATIM_TEXT ? "@endverbatim" : "@endphp";
    skip_space(scan);
    mark(scan);
    bool is_empty = true;
    while (peek(scan) != NOTHING) {
        // No proper beginning of these words is an end of one, so that a failed match is begun anew at its `@`.
        uint32_t at = 0;
        while (close[at] && peek(scan) == close[at]) {
            take(scan);
            at++;
        }
        if (!close[at]) {
            return !is_empty && emit(scan, token);
        }
        is_empty = false;
        if (at > 0) {
            mark(scan);
            continue;
        }
        bool is_gap = is_space(peek(scan));
        take(scan);
        if (!is_gap) {
            mark(scan);
        }
    }
    return !is_empty && emit(scan, token);
}

#endif
