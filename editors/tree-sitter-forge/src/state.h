// The scanner's state and tokens, shared by its parts.
#ifndef FORGE_STATE_H
#define FORGE_STATE_H

#include "frames.h"

// The order is that of `externals` in grammar.js.
enum Token {
    TEXT_CHUNK,
    SCRIPT_CHUNK,
    STYLE_CHUNK,
    COMMENT_CHUNK,
    DOUBLE_QUOTED_CHUNK,
    SINGLE_QUOTED_CHUNK,
    UNQUOTED_CHUNK,
    ENTITY,
    ESCAPE,
    COMMENT,
    ECHO_OPEN,
    RAW_ECHO_OPEN,
    TRIPLE_ECHO_OPEN,
    ECHO_CLOSE,
    RAW_ECHO_CLOSE,
    TRIPLE_ECHO_CLOSE,
    TAG_NAME,
    VOID_TAG_NAME,
    COMPONENT_NAME,
    SLOT_NAME,
    END_TAG_NAME,
    COMPONENT_END_NAME,
    STRAY_END_NAME,
    HTML_COMMENT_START,
    HTML_COMMENT_END,
    SELF_CLOSE,
    TAG_UNCLOSED,
    IMPLICIT_END,
    UNCLOSED,
    END_TAG_UNCLOSED,
    ATTRIBUTE_NAME,
    BOUND_NAME,
    SHORT_NAME,
    ALONE,
    ALONE_CALL,
    START,
    START_CALL,
    START_LOOP,
    BRANCH,
    BRANCH_CALL,
    END,
    STRAY,
    STRAY_CALL,
    RUST_START,
    VERBATIM_START,
    PHP_START,
    RUST_CODE,
    VERBATIM_TEXT,
    PHP_CODE,
    ARGUMENT_START,
    WHOLE_START,
    LOOP_START,
    PATTERN_START,
    ECHO_START,
    RAW_ECHO_START,
    TRIPLE_ECHO_START,
    DOUBLE_QUOTED_START,
    SINGLE_QUOTED_START,
    BARE_START,
    RUST,
    STRING,
    ERROR_SENTINEL,
};

// What stands before an `@`.
typedef enum { BEFORE_OTHER, BEFORE_WORD, BEFORE_DOUBLE_QUOTE, BEFORE_SINGLE_QUOTE } Before;

// Whether a value's closing quote comes at all. If not, the value ends with its line, or before `>`.
typedef enum { VALUE_UNKNOWN, VALUE_CLOSED, VALUE_OPEN } Value;

typedef struct {
    Frames frames;
    // Characters that are left of the expression that is being read.
    uint32_t left;
    // Nothing closes what is being read; an empty token says so at its end.
    bool is_unclosed;
    // What stands before the next token, if that begins with `@`.
    uint8_t before;
    // Around the echo that is being read: an echo that does not end is cut off there.
    uint8_t quote;
    // Of the value that is being read.
    uint8_t value;
} State;

typedef struct {
    State *state;
    TSLexer *lexer;
    const bool *valid;
} Scan;

static inline int32_t peek(const Scan *scan) { return scan->lexer->eof(scan->lexer) ? NOTHING : scan->lexer->lookahead; }

static inline void take(const Scan *scan) { scan->lexer->advance(scan->lexer, false); }

// The token ends here, unless this is said again.
static inline void mark(const Scan *scan) { scan->lexer->mark_end(scan->lexer); }

static inline bool emit(const Scan *scan, enum Token token) {
    if (!scan->valid[token]) {
        return false;
    }
    scan->lexer->result_symbol = token;
    return true;
}

static inline void skip_space(const Scan *scan) {
    while (peek(scan) != NOTHING && is_space(peek(scan))) {
        scan->lexer->advance(scan->lexer, true);
    }
}

// Ends the innermost element, component or block where nothing closes it.
static inline bool end_implicitly(const Scan *scan) {
    if (!emit(scan, IMPLICIT_END)) {
        return false;
    }
    frames_pop(&scan->state->frames);
    return true;
}

// Reads up to and with `text`; false at the end of the template.
static inline bool take_until(const Scan *scan, const char *text) {
    uint32_t length = (uint32_t)strlen(text);
    // The last characters, to compare with `text`: none is longer.
    char last[16] = {0};
    while (peek(scan) != NOTHING) {
        memmove(last, last + 1, length - 1);
        int32_t c = peek(scan);
        last[length - 1] = c < 128 ? (char)c : '\x7f';
        take(scan);
        if (memcmp(last, text, length) == 0) {
            return true;
        }
    }
    return false;
}

#endif
