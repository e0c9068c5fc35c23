// Tags, their names and attributes, and what ends them.
#ifndef FORGE_MARKUP_H
#define FORGE_MARKUP_H

#include "directive.h"

// Reads a tag's name. Those of components keep their letters.
static Name read_tag_name(const Scan *scan) {
    Name name = {.length = 0};
    bool is_component = false;
    for (;;) {
        int32_t c = peek(scan);
        bool is_name = is_word(c) || c == '-' || c == '.' || c == ':' || c > 127;
        if (!is_name) {
            return name;
        }
        name_push(&name, is_component ? c : lower(c));
        is_component |= name.length == 2 && name.text[0] == 'x' && (name.text[1] == '-' || name.text[1] == ':');
        take(scan);
    }
}

// `x-card`: the component's name begins with a letter, so that `a <x-1` is none.
static bool is_component_name(const Name *name) {
    return name->length > 2 && name->text[0] == 'x' && (name->text[1] == '-' || name->text[1] == ':') &&
           is_letter(name->text[2]);
}

static Name without_prefix(const Name *name) {
    Name bare = {.length = name->length - 2};
    memcpy(bare.text, name->text + 2, bare.length);
    return bare;
}

// What closes `</name>`, if it is open.
static uint32_t find_closed(const Frames *frames, const Name *name) {
    if (is_component_name(name)) {
        Name bare = without_prefix(name);
        return frames_find_component(frames, &bare);
    }
    if (name_is(name, "script") || name_is(name, "style")) {
        return frames_find_type(frames, name_is(name, "script") ? FRAME_SCRIPT : FRAME_STYLE);
    }
    return frames_find_element(frames, name);
}

// `<` begins here, in text.
static bool scan_less_than(const Scan *scan, enum Token text) {
    Frames *frames = &scan->state->frames;
    FrameType mode = frames_mode(frames);
    take(scan);
    bool is_end = peek(scan) == '/';
    if (is_end) {
        take(scan);
    }
    if (mode == FRAME_ELEMENT && !is_end && (peek(scan) == '!' || peek(scan) == '?')) {
        bool is_instruction = peek(scan) == '?';
        take(scan);
        if (is_instruction || is_letter(peek(scan))) {
            return false;
        }
        mark(scan);
        if (peek(scan) != '-') {
            return emit(scan, text);
        }
        take(scan);
        if (peek(scan) != '-') {
            return emit(scan, text);
        }
        take(scan);
        mark(scan);
        frames_push(frames, FRAME_COMMENT, 0, IN_CONTENT);
        return emit(scan, HTML_COMMENT_START);
    }
    if (!is_letter(peek(scan))) {
        mark(scan);
        return emit(scan, text);
    }
    Name name = read_tag_name(scan);
    uint32_t index = is_end ? find_closed(frames, &name) : NO_FRAME;
    bool ends_raw = mode == FRAME_SCRIPT ? name_is(&name, "script") : mode == FRAME_STYLE && name_is(&name, "style");
    if (mode != FRAME_ELEMENT && !is_component_name(&name) && !(is_end && ends_raw)) {
        mark(scan);
        return emit(scan, text);
    }
    bool ends_other = is_end ? index != NO_FRAME && !is_at_top(frames, index) : frames_ends_before(frames, &name);
    return ends_other && end_implicitly(scan);
}

// The name behind `<`.
static bool scan_start_name(const Scan *scan) {
    Frames *frames = &scan->state->frames;
    Name name = read_tag_name(scan);
    mark(scan);
    if (name.length == 0) {
        return false;
    }
    scan->state->before = peek(scan) == '@' ? BEFORE_WORD : BEFORE_OTHER;
    if (is_component_name(&name)) {
        int32_t c = peek(scan);
        if (c == '/') {
            take(scan);
        }
        bool goes_on = c == NOTHING || is_space(c) || c == '>' || c == '<' || (c == '/' && peek(scan) == '>');
        if (goes_on) {
            Name bare = without_prefix(&name);
            bool is_named_slot = bare.length > 5 && memcmp(bare.text, "slot:", 5) == 0;
            bool is_slot = is_named_slot || name_is(&bare, "slot");
            uint32_t id = is_named_slot ? name_hash(bare.text + 5, bare.length - 5) : is_slot ? 0 : name_id(&bare);
            frames_push(frames, is_slot ? FRAME_SLOT : FRAME_COMPONENT, id, IN_CONTENT);
            return emit(scan, is_slot ? SLOT_NAME : COMPONENT_NAME);
        }
    }
    if (is_void_element(&name)) {
        return emit(scan, VOID_TAG_NAME);
    }
    FrameType type = name_is(&name, "script") ? FRAME_SCRIPT : name_is(&name, "style") ? FRAME_STYLE : FRAME_ELEMENT;
    frames_push(frames, type, name_id(&name), IN_CONTENT);
    return emit(scan, TAG_NAME);
}

// The name behind `</`.
static bool scan_end_name(const Scan *scan) {
    Frames *frames = &scan->state->frames;
    Name name = read_tag_name(scan);
    mark(scan);
    if (name.length == 0) {
        return false;
    }
    uint32_t index = find_closed(frames, &name);
    if (index == NO_FRAME || !is_at_top(frames, index)) {
        return emit(scan, STRAY_END_NAME);
    }
    enum Token token = is_component_name(&name) ? COMPONENT_END_NAME : END_TAG_NAME;
    frames_pop(frames);
    return emit(scan, token);
}

// Where a tag is not closed: its element has no content then, and nothing ends it.
static bool scan_unclosed_tag(const Scan *scan) {
    if (scan->valid[IMPLICIT_END] && frames_top(&scan->state->frames).type == FRAME_BLOCK) {
        return end_implicitly(scan);
    }
    if (emit(scan, TAG_UNCLOSED)) {
        frames_pop(&scan->state->frames);
        return true;
    }
    return emit(scan, UNCLOSED);
}

static bool is_attribute_name(int32_t c, bool in_component) {
    if (c == NOTHING || is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '=' || c == '/') {
        return false;
    }
    return !in_component || (c != '{' && c != '}');
}

// The rest of an attribute's name. In markup it ends where an echo begins.
static bool scan_attribute_name(const Scan *scan, enum Token token, bool in_component) {
    while (is_attribute_name(peek(scan), in_component)) {
        bool is_brace = peek(scan) == '{';
        mark(scan);
        take(scan);
        if (is_brace && (peek(scan) == '{' || peek(scan) == '!')) {
            return emit(scan, token);
        }
    }
    mark(scan);
    return emit(scan, token);
}

// `:name="…"`, `:$name`, `::name="…"` or a plain name.
static bool scan_component_attribute(const Scan *scan) {
    int32_t first = peek(scan);
    bool is_sign = !is_attribute_name(first, true);
    take(scan);
    if (is_sign) {
        mark(scan);
        return emit(scan, ATTRIBUTE_NAME);
    }
    if (first != ':') {
        return scan_attribute_name(scan, ATTRIBUTE_NAME, true);
    }
    int32_t second = peek(scan);
    if (second == '$') {
        take(scan);
        if (is_word(peek(scan))) {
            while (is_word(peek(scan))) {
                take(scan);
            }
            mark(scan);
            return emit(scan, SHORT_NAME);
        }
        return scan_attribute_name(scan, ATTRIBUTE_NAME, true);
    }
    while (is_attribute_name(peek(scan), true)) {
        take(scan);
    }
    mark(scan);
    while (is_space(peek(scan))) {
        take(scan);
    }
    bool is_bound = second != ':' && second != '=' && peek(scan) == '=';
    return emit(scan, is_bound ? BOUND_NAME : ATTRIBUTE_NAME);
}

// `@class(…)` in the tag of a component, where every directive stands alone.
static bool scan_component_at(const Scan *scan) {
    take(scan);
    Written written = read_name(scan, IN_TAG);
    const Directive *directive = written.kind == KIND_NONE ? NULL : &DIRECTIVES[written.kind];
    bool is_plain = !directive || written.goes_on || written.has_equals ||
                    (directive->takes == TAKES_REQUIRED && !written.has_arguments);
    if (!is_plain) {
        return emit_called(scan, ALONE, written.has_arguments && directive->takes != TAKES_NOTHING);
    }
    bool is_read = written.has_equals || !written.goes_on;
    return is_read ? emit(scan, ATTRIBUTE_NAME) : scan_attribute_name(scan, ATTRIBUTE_NAME, true);
}

// `@` in the tag of an element: a directive, or an attribute of Alpine or Vue.
static bool scan_tag_at(const Scan *scan) {
    Written written = {.kind = KIND_NONE};
    AtResult result = scan_at(scan, IN_TAG, &written);
    scan->state->before = BEFORE_OTHER;
    if (result != AT_TEXT) {
        return result == AT_TOKEN;
    }
    bool is_read = written.has_equals || !written.goes_on;
    return is_read ? emit(scan, ATTRIBUTE_NAME) : scan_attribute_name(scan, ATTRIBUTE_NAME, false);
}

static uint8_t quote_around(enum Token text) {
    return text == DOUBLE_QUOTED_CHUNK ? '"' : text == SINGLE_QUOTED_CHUNK ? '\'' : 0;
}

// An echo's opening has been read.
static bool scan_echo_open(const Scan *scan, enum Token token, const char *close, enum Token text) {
    scan->state->quote = quote_around(text);
    mark(scan);
    // Braces with nothing at all between them are text.
    const char *expected = close;
    while (*expected && peek(scan) == *expected) {
        take(scan);
        expected++;
    }
    if (*expected) {
        return emit(scan, token);
    }
    mark(scan);
    return emit(scan, text);
}

// `{` begins here: a comment, an echo, or text.
static bool scan_brace(const Scan *scan, enum Token text) {
    take(scan);
    int32_t second = peek(scan);
    if (second != '{' && second != '!') {
        mark(scan);
        return emit(scan, text);
    }
    take(scan);
    int32_t third = peek(scan);
    if (second == '!' && third != '!') {
        mark(scan);
        return emit(scan, text);
    }
    if (second == '!') {
        take(scan);
        return scan_echo_open(scan, RAW_ECHO_OPEN, "!!}", text);
    }
    if (third == '{') {
        take(scan);
        return scan_echo_open(scan, TRIPLE_ECHO_OPEN, "}}}", text);
    }
    if (third != '-') {
        return scan_echo_open(scan, ECHO_OPEN, "}}", text);
    }
    mark(scan);
    take(scan);
    if (peek(scan) != '-') {
        scan->state->quote = quote_around(text);
        return emit(scan, ECHO_OPEN);
    }
    take(scan);
    mark(scan);
    if (take_until(scan, "--}}")) {
        mark(scan);
    }
    return emit(scan, COMMENT);
}

// A piece of a value without quotes. `is_first` says that nothing stands between it and its `=`.
static bool scan_unquoted(const Scan *scan, bool is_first) {
    int32_t c = peek(scan);
    if (is_first && (c == '"' || c == '\'')) {
        return false;
    }
    if (c == '{') {
        return scan_brace(scan, UNQUOTED_CHUNK);
    }
    bool is_read = false;
    for (; c != NOTHING && !is_space(c) && c != '<' && c != '>'; c = peek(scan)) {
        mark(scan);
        take(scan);
        if ((c == '/' && peek(scan) == '>') || (c == '{' && (peek(scan) == '{' || peek(scan) == '!'))) {
            break;
        }
        is_read = true;
        mark(scan);
    }
    return is_read ? emit(scan, UNQUOTED_CHUNK) : is_first && emit(scan, UNCLOSED);
}

// `>` or `/>`, before which blocks in the tag end. Another `/` belongs to a value or is a name.
static bool scan_tag_end(const Scan *scan, bool may_follow) {
    bool is_slash = peek(scan) == '/';
    if (is_slash) {
        take(scan);
    }
    bool is_end = peek(scan) == '>';
    if (is_end && scan->valid[IMPLICIT_END] && frames_top(&scan->state->frames).type == FRAME_BLOCK) {
        return end_implicitly(scan);
    }
    if (is_slash && is_end && scan->valid[SELF_CLOSE]) {
        take(scan);
        mark(scan);
        frames_pop(&scan->state->frames);
        return emit(scan, SELF_CLOSE);
    }
    if (is_slash && !is_end) {
        mark(scan);
        return emit(scan, may_follow ? UNQUOTED_CHUNK : ATTRIBUTE_NAME);
    }
    return false;
}

// What stands in a tag, between the attributes or in a value without quotes.
static bool scan_in_tag(const Scan *scan) {
    bool in_component = scan->valid[BOUND_NAME];
    bool may_follow = scan->valid[UNQUOTED_CHUNK] && !is_space(peek(scan));
    scan->state->value = VALUE_UNKNOWN;
    if (is_space(peek(scan))) {
        scan->state->before = BEFORE_OTHER;
    }
    skip_space(scan);
    mark(scan);
    int32_t c = peek(scan);
    if (c == NOTHING || c == '<') {
        return scan_unclosed_tag(scan);
    }
    if (c == '>' || c == '/') {
        return scan_tag_end(scan, may_follow);
    }
    if (may_follow && c != '"' && c != '\'') {
        return scan_unquoted(scan, false);
    }
    if (c == '{') {
        return scan_brace(scan, ATTRIBUTE_NAME);
    }
    if (c == '=') {
        return false;
    }
    if (c == '@' && in_component) {
        return scan_component_at(scan);
    }
    if (c == '@') {
        return scan_tag_at(scan);
    }
    if (in_component) {
        return scan_component_attribute(scan);
    }
    take(scan);
    return scan_attribute_name(scan, ATTRIBUTE_NAME, false);
}

#endif
