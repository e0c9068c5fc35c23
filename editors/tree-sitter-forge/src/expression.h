// Where a Rust expression inside of a template ends. Follows framework/templates-codegen/src/expression.rs and what its
// reader does about expressions that do not end.
#ifndef FORGE_EXPRESSION_H
#define FORGE_EXPRESSION_H

#include "directives.h"
#include "rust_lexer.h"

#define BRACKETS_MAX 200
#define NONE UINT32_MAX

typedef enum { UNTIL_BRACKET, UNTIL_ECHO, UNTIL_QUOTE } Until;

typedef enum { FAULT_NONE, FAULT_TEXT, FAULT_CLOSING, FAULT_ECHO, FAULT_TEMPLATE, FAULT_END } Fault;

typedef struct {
    // Where the expression ends: at what closes it, or, where nothing does, at its last character.
    uint32_t end;
    bool is_closed;
    // Between arguments.
    uint32_t commas;
    uint32_t first_comma;
    // Something stands behind the last comma.
    bool has_last;
    // A loop's words outside of brackets.
    uint32_t first_in;
    uint32_t last_as;
    uint32_t first_arrow;
    // While searching.
    Fault fault;
    uint32_t fault_at;
    uint32_t reached;
} Extent;

// The directive of a name that is given in lower case; KIND_NONE if there is none.
static uint8_t directive_named(const char *name) {
    for (uint8_t kind = 0; kind < KIND_NONE; kind++) {
        if (DIRECTIVES[kind].name[0] == name[0] && strcmp(DIRECTIVES[kind].name, name) == 0) {
            return kind;
        }
    }
    return KIND_NONE;
}

static uint8_t directive_ahead(Ahead *ahead, uint32_t at) {
    char name[DIRECTIVE_NAME_MAX + 1];
    uint32_t length = 0;
    while (is_word(ahead_at(ahead, at + length))) {
        if (length == DIRECTIVE_NAME_MAX) {
            return KIND_NONE;
        }
        name[length] = (char)lower(ahead_at(ahead, at + length));
        length++;
    }
    name[length] = 0;
    return directive_named(name);
}

// Why an expression surely does not go on at `at`.
static Fault expression_stops(Ahead *ahead, uint32_t at) {
    int32_t c = ahead_at(ahead, at);
    if (c == '{' && (ahead_is(ahead, at, "{{") || ahead_is(ahead, at, "{!!"))) {
        return FAULT_ECHO;
    }
    if (c == '<' && ahead_at(ahead, at + 1) == '/') {
        return FAULT_TEMPLATE;
    }
    bool is_behind_word = at > 0 && is_word(ahead_at(ahead, at - 1));
    return c == '@' && !is_behind_word && directive_ahead(ahead, at + 1) != KIND_NONE ? FAULT_TEMPLATE : FAULT_NONE;
}

// Tells the commas between arguments from those of generic arguments and of a closure's parameters.
typedef struct {
    // The first characters of the last two significant tokens that matter; `,` stands for a beginning.
    int32_t second;
    int32_t last;
    uint32_t angles;
    bool in_closure;
} Commas;

static bool commas_take(Commas *commas, RustLexer *lexer, RustToken token) {
    int32_t c = token.lexeme == LEX_PUNCT ? rust_at(lexer, token.start) : 0;
    bool is_move = token.lexeme == LEX_WORD && token.end - token.start == 4 && rust_is(lexer, token.start, "move");
    bool separates = false;
    if (c == '<' && (commas->angles > 0 || (commas->second == ':' && commas->last == ':'))) {
        commas->angles++;
    } else if (c == '>' && commas->last != '-' && commas->last != '=') {
        commas->angles -= commas->angles > 0;
    } else if (c == '|' && commas->in_closure) {
        commas->in_closure = false;
    } else if (c == '|' && commas->last == ',') {
        commas->in_closure = true;
    } else if (c == ',' && commas->angles == 0 && !commas->in_closure) {
        separates = true;
    }
    commas->second = commas->last;
    commas->last = is_move ? ',' : c;
    return separates;
}

static void extent_note_word(Extent *extent, RustLexer *lexer, RustToken token) {
    bool is_short = token.end - token.start == 2;
    if (token.lexeme == LEX_WORD && is_short && extent->first_in == NONE && rust_is(lexer, token.start, "in")) {
        extent->first_in = token.start;
    }
    if (token.lexeme == LEX_WORD && is_short && lower(rust_at(lexer, token.start)) == 'a' &&
        lower(rust_at(lexer, token.start + 1)) == 's') {
        extent->last_as = token.start;
        extent->first_arrow = NONE;
    }
    if (token.lexeme == LEX_PUNCT && extent->first_arrow == NONE && rust_is(lexer, token.start, "=>")) {
        extent->first_arrow = token.start;
    }
}

static bool matches(int32_t open, int32_t close) {
    return (open == '(' && close == ')') || (open == '[' && close == ']') || (open == '{' && close == '}');
}

static Extent extent_fault(Extent extent, Fault fault, uint32_t at, uint32_t reached) {
    extent.fault = fault;
    extent.fault_at = at;
    extent.reached = reached;
    return extent;
}

static bool extent_ends(RustLexer *lexer, Until until, const char *close) {
    return until != UNTIL_BRACKET && rust_is(lexer, lexer->at, close);
}

// Reads an expression from where `ahead` began. For UNTIL_BRACKET it begins behind the bracket.
static Extent extent_read(Ahead *ahead, Until until, const char *close) {
    Extent extent = {.first_comma = NONE, .first_in = NONE, .last_as = NONE, .first_arrow = NONE};
    RustLexer lexer = {.ahead = ahead, .limit = NONE};
    lexer.comment_stop = until == UNTIL_ECHO ? close : NULL;
    int32_t open[BRACKETS_MAX];
    uint32_t depth = 0;
    const uint32_t ground = until == UNTIL_BRACKET;
    if (ground) {
        open[depth++] = '(';
    }
    Commas commas = {.second = 0, .last = ',', .angles = 0, .in_closure = false};
    for (;;) {
        if (depth == 0 && extent_ends(&lexer, until, close)) {
            extent.end = lexer.at;
            extent.is_closed = true;
            return extent;
        }
        Fault fault = expression_stops(ahead, lexer.at);
        if (fault != FAULT_NONE) {
            return extent_fault(extent, fault, lexer.at, lexer.at);
        }
        lexer.word_stop = until == UNTIL_QUOTE && depth == 0 ? close[0] : 0;
        RustToken token;
        Lexed lexed = rust_next(&lexer, &token);
        if (lexed != LEXED) {
            return extent_fault(extent, lexed == LEX_ENDED ? FAULT_END : FAULT_TEXT, lexer.at,
                                lexed == LEX_ENDED ? lexer.at : lexer.reached);
        }
        if (token.lexeme == LEX_OPEN) {
            if (depth == BRACKETS_MAX) {
                return extent_fault(extent, FAULT_END, token.start, token.end);
            }
            open[depth++] = rust_at(&lexer, token.start);
        } else if (token.lexeme == LEX_CLOSE) {
            if (depth == 0 || !matches(open[--depth], rust_at(&lexer, token.start))) {
                return extent_fault(extent, FAULT_CLOSING, token.start, token.end);
            }
            if (until == UNTIL_BRACKET && depth == 0) {
                extent.end = token.start;
                extent.is_closed = true;
                return extent;
            }
        }
        if (token.lexeme == LEX_SPACE || token.lexeme == LEX_COMMENT) {
            continue;
        }
        extent.has_last = true;
        if (depth == ground) {
            extent_note_word(&extent, &lexer, token);
            if (commas_take(&commas, &lexer, token)) {
                extent.commas++;
                extent.has_last = false;
                extent.first_comma = extent.first_comma == NONE ? token.start : extent.first_comma;
            }
        }
    }
}

static uint32_t line_end(Ahead *ahead, uint32_t at) {
    for (;; at++) {
        int32_t c = ahead_at(ahead, at);
        if (c == NOTHING || c == '\n') {
            return at;
        }
    }
}

static uint32_t find_within(Ahead *ahead, const char *text, uint32_t stop) {
    for (uint32_t at = 0; at <= stop; at++) {
        if (ahead_at(ahead, at) == NOTHING) {
            return NONE;
        }
        if (ahead_is(ahead, at, text)) {
            return at;
        }
    }
    return NONE;
}

static uint32_t trimmed(Ahead *ahead, uint32_t end) {
    while (end > 0 && is_space(ahead_at(ahead, end - 1))) {
        end--;
    }
    return end;
}

// The bracket that closes the arguments, whatever else stands in them; NONE if there is none before `stop`.
static uint32_t balanced(Ahead *ahead, uint32_t stop) {
    uint32_t depth = 1;
    for (uint32_t at = 0; at < stop; at++) {
        int32_t c = ahead_at(ahead, at);
        if (c == NOTHING) {
            return NONE;
        }
        depth += c == '(';
        if (c == ')' && --depth == 0) {
            return at;
        }
    }
    return NONE;
}

// The arguments behind their bracket. What does not end stops at its line's end, or where something else begins.
static Extent extent_of_arguments(Ahead *ahead) {
    Extent extent = extent_read(ahead, UNTIL_BRACKET, NULL);
    if (extent.fault == FAULT_NONE) {
        return extent;
    }
    uint32_t stop = line_end(ahead, 0);
    if (extent.fault == FAULT_TEMPLATE && extent.reached < stop) {
        stop = extent.reached;
    }
    Extent mended = {.first_comma = NONE, .first_in = NONE, .last_as = NONE, .first_arrow = NONE, .has_last = true};
    mended.end = balanced(ahead, stop);
    mended.is_closed = mended.end != NONE;
    if (!mended.is_closed) {
        stop = extent.fault == FAULT_ECHO && extent.reached < stop ? extent.reached : stop;
        mended.end = trimmed(ahead, stop);
    }
    // A loop's head is read as one while it is typed.
    mended.first_in = extent.first_in < mended.end ? extent.first_in : NONE;
    mended.last_as = extent.last_as < mended.end ? extent.last_as : NONE;
    return mended;
}

// `quote` is that of the value around the echo, or 0: without its end, the echo does not go beyond it.
static Extent extent_of_echo(Ahead *ahead, const char *close, int32_t quote) {
    Extent extent = extent_read(ahead, UNTIL_ECHO, close);
    if (extent.fault == FAULT_NONE) {
        return extent;
    }
    uint32_t stop = line_end(ahead, 0);
    if ((extent.fault == FAULT_TEMPLATE || extent.fault == FAULT_ECHO) && extent.reached < stop) {
        stop = extent.reached;
    }
    // A wrong bracket may hide the end, which then is where the bracket is.
    uint32_t hidden = extent.fault == FAULT_CLOSING && extent.fault_at > stop ? extent.fault_at : stop;
    uint32_t end = find_within(ahead, close, hidden);
    extent.is_closed = end != NONE;
    for (uint32_t at = 0; !extent.is_closed && quote && at < stop; at++) {
        if (ahead_at(ahead, at) == quote) {
            stop = at;
        }
    }
    extent.end = extent.is_closed ? end : trimmed(ahead, stop);
    return extent;
}

static Extent extent_of_value(Ahead *ahead, const char *quote) {
    Extent extent = extent_read(ahead, UNTIL_QUOTE, quote);
    if (extent.fault == FAULT_NONE) {
        return extent;
    }
    uint32_t end = find_within(ahead, quote, AHEAD_MAX);
    extent.is_closed = end != NONE;
    if (!extent.is_closed) {
        uint32_t line = line_end(ahead, 0);
        end = find_within(ahead, ">", line);
        end = end == NONE ? line : end;
    }
    extent.end = end;
    return extent;
}

static Extent extent_of_bare(Ahead *ahead) {
    Extent extent = {.is_closed = true};
    for (;; extent.end++) {
        int32_t c = ahead_at(ahead, extent.end);
        if (c == NOTHING || is_space(c) || c == '>' || (c == '/' && ahead_at(ahead, extent.end + 1) == '>')) {
            return extent;
        }
    }
}

#endif
