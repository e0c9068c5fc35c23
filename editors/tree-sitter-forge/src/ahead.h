// Reading ahead of a token, as far as it takes to know where something ends, by index.
#ifndef FORGE_AHEAD_H
#define FORGE_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

// No expression is longer: so that an unclosed one costs little, each time that somebody types in it.
#define AHEAD_MAX 32768

#define NOTHING (-1)

typedef struct {
    TSLexer *lexer;
    int32_t *read;
    uint32_t count;
    uint32_t capacity;
} Ahead;

static inline Ahead ahead_from(TSLexer *lexer) {
    return (Ahead){.lexer = lexer, .read = NULL, .count = 0, .capacity = 0};
}

static inline void ahead_free(Ahead *ahead) {
    if (ahead->read) {
        ts_free(ahead->read);
    }
}

// The character at `index`, counted from where reading began; NOTHING at the end. Reads no further than this, so that the
// lexer then stands at the largest index that was asked for.
static inline int32_t ahead_at(Ahead *ahead, uint32_t index) {
    while (ahead->count < index) {
        if (ahead->lexer->eof(ahead->lexer) || ahead->count >= AHEAD_MAX) {
            return NOTHING;
        }
        if (ahead->count == ahead->capacity) {
            ahead->capacity = ahead->capacity ? ahead->capacity * 2 : 64;
            ahead->read = ts_realloc(ahead->read, ahead->capacity * sizeof(int32_t));
        }
        ahead->read[ahead->count++] = ahead->lexer->lookahead;
        ahead->lexer->advance(ahead->lexer, false);
    }
    if (index < ahead->count) {
        return ahead->read[index];
    }
    return ahead->lexer->eof(ahead->lexer) || index >= AHEAD_MAX ? NOTHING : ahead->lexer->lookahead;
}

static inline bool ahead_is(Ahead *ahead, uint32_t index, const char *text) {
    for (uint32_t offset = 0; text[offset]; offset++) {
        if (ahead_at(ahead, index + offset) != text[offset]) {
            return false;
        }
    }
    return true;
}

// Unicode's white space, as Rust has it. The grammar's `extras` are the same.
static inline bool is_space(int32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static inline bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static inline bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

// What the name of a directive consists of.
static inline bool is_word(int32_t c) { return is_letter(c) || is_digit(c) || c == '_'; }

static inline int32_t lower(int32_t c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

#endif
