// The tokens of a Rust expression inside of a template, as far as it takes to know where the expression ends. Follows
// framework/templates-codegen/src/rust_lexer.rs, also in what is not Rust: `'title'` is a string.
#ifndef FORGE_RUST_LEXER_H
#define FORGE_RUST_LEXER_H

#include <string.h>

#include "ahead.h"

typedef enum { LEX_SPACE, LEX_COMMENT, LEX_WORD, LEX_LIFETIME, LEX_LITERAL, LEX_QUOTED, LEX_OPEN, LEX_CLOSE, LEX_PUNCT } Lexeme;

typedef enum { LEXED, LEX_ENDED, LEX_UNCLOSED } Lexed;

typedef struct {
    Lexeme lexeme;
    uint32_t start;
    uint32_t end;
} RustToken;

typedef struct {
    Ahead *ahead;
    uint32_t at;
    // Nothing is read from here on.
    uint32_t limit;
    // The last token that is neither space nor comment; empty before the first.
    RustToken previous;
    // Ends a line comment before the line does: in an echo it would hide the echo's end.
    const char *comment_stop;
    // What ends the text if it stands behind a word: `:a="b"` holds no byte string.
    int32_t word_stop;
    // How far was read in vain, where a token does not end.
    uint32_t reached;
} RustLexer;

static inline int32_t rust_at(RustLexer *lexer, uint32_t index) {
    return index < lexer->limit ? ahead_at(lexer->ahead, index) : NOTHING;
}

static inline bool rust_is(RustLexer *lexer, uint32_t index, const char *text) {
    return index + strlen(text) <= lexer->limit && ahead_is(lexer->ahead, index, text);
}

// A letter, digit or `_`, or anything outside of ASCII: which of those Rust allows does not matter here.
static inline bool is_rust_word(int32_t c) { return is_word(c) || c > 127; }

static uint32_t rust_word_end(RustLexer *lexer, uint32_t at) {
    while (is_rust_word(rust_at(lexer, at))) {
        at++;
    }
    return at;
}

// Behind the closing quote of the text that opens at `at`; 0 if there is none. `\` protects what follows it.
static uint32_t rust_quoted_end(RustLexer *lexer, uint32_t at) {
    int32_t quote = rust_at(lexer, at);
    for (at++;; at++) {
        int32_t c = rust_at(lexer, at);
        if (c == NOTHING) {
            lexer->reached = at;
            return 0;
        }
        if (c == '\\') {
            at++;
        } else if (c == quote) {
            return at + 1;
        }
    }
}

// The same for single quotes, which end in their line.
static uint32_t rust_line_quoted_end(RustLexer *lexer, uint32_t at) {
    for (at++;; at++) {
        int32_t c = rust_at(lexer, at);
        if (c == '\'') {
            return at + 1;
        }
        if (c == NOTHING || c == '\n') {
            lexer->reached = at;
            return 0;
        }
        if (c == '\\') {
            at++;
        }
    }
}

static uint32_t rust_raw_end(RustLexer *lexer, uint32_t body, uint32_t hashes) {
    for (uint32_t at = body;; at++) {
        int32_t c = rust_at(lexer, at);
        if (c == NOTHING) {
            lexer->reached = at;
            return 0;
        }
        if (c != '"') {
            continue;
        }
        uint32_t found = 0;
        while (found < hashes && rust_at(lexer, at + 1 + found) == '#') {
            found++;
        }
        if (found == hashes) {
            return at + 1 + hashes;
        }
    }
}

// Block comments nest.
static uint32_t rust_comment_end(RustLexer *lexer, uint32_t at) {
    uint32_t depth = 0;
    while (rust_at(lexer, at) != NOTHING) {
        if (rust_is(lexer, at, "/*")) {
            depth++;
            at += 2;
        } else if (rust_is(lexer, at, "*/")) {
            depth--;
            at += 2;
            if (depth == 0) {
                return at;
            }
        } else {
            at++;
        }
    }
    lexer->reached = at;
    return 0;
}

static uint32_t rust_line_comment_end(RustLexer *lexer, uint32_t at) {
    for (;; at++) {
        int32_t c = rust_at(lexer, at);
        if (c == NOTHING || c == '\n' || (lexer->comment_stop && rust_is(lexer, at, lexer->comment_stop))) {
            return at;
        }
    }
}

static bool rust_previous_is(RustLexer *lexer, const char *text) {
    RustToken token = lexer->previous;
    return token.end - token.start == strlen(text) && ahead_is(lexer->ahead, token.start, text);
}

static bool rust_expects_lifetime(RustLexer *lexer) {
    return rust_previous_is(lexer, "&") || rust_previous_is(lexer, "<") || rust_previous_is(lexer, "+") ||
           rust_previous_is(lexer, "break") || rust_previous_is(lexer, "continue");
}

// Whether what stands at `at` follows a lifetime or label and no string.
static bool rust_ends_lifetime(RustLexer *lexer, uint32_t at) {
    int32_t c = rust_at(lexer, at);
    if (c != ':') {
        return c == '>';
    }
    at++;
    while (is_space(rust_at(lexer, at))) {
        at++;
    }
    return rust_is(lexer, at, "loop") || rust_is(lexer, at, "for") || rust_is(lexer, at, "while") ||
           rust_is(lexer, at, "{");
}

// A character, a lifetime, a label, or a string as Blade writes it.
static Lexed rust_apostrophe(RustLexer *lexer, RustToken *token) {
    uint32_t start = token->start;
    int32_t first = rust_at(lexer, start + 1);
    if (first != NOTHING && first != '\'' && first != '\\' && rust_at(lexer, start + 2) == '\'') {
        token->lexeme = LEX_LITERAL;
        token->end = start + 3;
        return LEXED;
    }
    uint32_t name = rust_word_end(lexer, start + 1);
    if (name > start + 1 && rust_at(lexer, name) != '\'' &&
        (rust_expects_lifetime(lexer) || rust_ends_lifetime(lexer, name))) {
        token->lexeme = LEX_LIFETIME;
        token->end = name;
        return LEXED;
    }
    token->end = rust_line_quoted_end(lexer, start);
    // `'\n'` is a character of Rust.
    bool is_escape = first == '\\' && token->end == start + 4;
    token->lexeme = is_escape ? LEX_LITERAL : LEX_QUOTED;
    return token->end ? LEXED : LEX_UNCLOSED;
}

// An identifier, or a literal with a prefix.
static Lexed rust_word(RustLexer *lexer, RustToken *token) {
    uint32_t start = token->start;
    uint32_t behind = rust_word_end(lexer, start);
    token->lexeme = LEX_WORD;
    token->end = behind;
    int32_t next = rust_at(lexer, behind);
    if ((lexer->word_stop && next == lexer->word_stop) || (next != '"' && next != '\'' && next != '#')) {
        return LEXED;
    }
    uint32_t length = behind - start;
    int32_t last = rust_at(lexer, behind - 1);
    int32_t first = rust_at(lexer, start);
    bool is_raw = last == 'r' && (length == 1 || (length == 2 && (first == 'b' || first == 'c')));
    if (is_raw && next != '\'') {
        uint32_t hashes = 0;
        while (rust_at(lexer, behind + hashes) == '#') {
            hashes++;
        }
        if (rust_at(lexer, behind + hashes) == '"') {
            token->lexeme = LEX_LITERAL;
            token->end = rust_raw_end(lexer, behind + hashes + 1, hashes);
            return token->end ? LEXED : LEX_UNCLOSED;
        }
        if (length == 1 && hashes == 1 && is_rust_word(rust_at(lexer, behind + 1))) {
            token->end = rust_word_end(lexer, behind + 1);
        }
        return LEXED;
    }
    bool is_prefix = length == 1 && ((next == '"' && (first == 'b' || first == 'c')) || (next == '\'' && first == 'b'));
    if (is_prefix) {
        token->lexeme = LEX_LITERAL;
        token->end = rust_quoted_end(lexer, behind);
        return token->end ? LEXED : LEX_UNCLOSED;
    }
    return LEXED;
}

static Lexed rust_token(RustLexer *lexer, RustToken *token) {
    int32_t c = rust_at(lexer, token->start);
    token->end = token->start + 1;
    token->lexeme = LEX_PUNCT;
    if (is_space(c)) {
        token->lexeme = LEX_SPACE;
    } else if (rust_is(lexer, token->start, "//")) {
        token->lexeme = LEX_COMMENT;
        token->end = rust_line_comment_end(lexer, token->start);
    } else if (rust_is(lexer, token->start, "/*")) {
        token->lexeme = LEX_COMMENT;
        token->end = rust_comment_end(lexer, token->start);
    } else if (c == '"') {
        token->lexeme = LEX_LITERAL;
        token->end = rust_quoted_end(lexer, token->start);
    } else if (c == '\'') {
        return rust_apostrophe(lexer, token);
    } else if (c == '(' || c == '[' || c == '{') {
        token->lexeme = LEX_OPEN;
    } else if (c == ')' || c == ']' || c == '}') {
        token->lexeme = LEX_CLOSE;
    } else if (is_rust_word(c)) {
        return rust_word(lexer, token);
    }
    return token->end ? LEXED : LEX_UNCLOSED;
}

static Lexed rust_next(RustLexer *lexer, RustToken *token) {
    token->start = lexer->at;
    if (rust_at(lexer, lexer->at) == NOTHING) {
        return LEX_ENDED;
    }
    Lexed lexed = rust_token(lexer, token);
    if (lexed == LEXED) {
        lexer->at = token->end;
        if (token->lexeme != LEX_SPACE && token->lexeme != LEX_COMMENT) {
            lexer->previous = *token;
        }
    }
    return lexed;
}

#endif
