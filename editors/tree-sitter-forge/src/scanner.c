// The scanner of Forge templates: what a character begins depends on the directives' table, on what is open, and on how far
// Rust's strings and brackets reach. Its parts: what is open (frames.h), text (text.h), tags (markup.h), directives
// (directive.h), expressions (expression.h, rust_lexer.h).
//
// An expression is found in two steps: an empty token is emitted where it begins, once it is known where it ends; then its
// pieces are read, up to there.

#include "text.h"

static void emit_start(const Scan *scan, enum Token token, Extent extent, uint32_t length) {
    scan->lexer->result_symbol = token;
    scan->state->left = length;
    scan->state->is_unclosed = !extent.is_closed;
}

typedef struct {
    enum Token start;
    enum Token close;
    const char *text;
} EchoKind;

static const EchoKind ECHOES[] = {
    {ECHO_START, ECHO_CLOSE, "}}"},
    {RAW_ECHO_START, RAW_ECHO_CLOSE, "!!}"},
    {TRIPLE_ECHO_START, TRIPLE_ECHO_CLOSE, "}}}"},
};

#define ECHO_KINDS (sizeof(ECHOES) / sizeof(ECHOES[0]))

// What closes an echo.
static bool scan_echo_close(const Scan *scan, const EchoKind *echo) {
    skip_space(scan);
    for (const char *close = echo->text; *close; close++) {
        if (peek(scan) != *close) {
            return false;
        }
        take(scan);
    }
    mark(scan);
    return emit(scan, echo->close);
}

static const EchoKind *echo_of(enum Token start) {
    for (uint32_t at = 0; at < ECHO_KINDS; at++) {
        if (start == ECHOES[at].start) {
            return &ECHOES[at];
        }
    }
    return NULL;
}

static Extent extent_from(const Scan *scan, Ahead *ahead, enum Token token) {
    const EchoKind *echo = echo_of(token);
    if (echo) {
        return extent_of_echo(ahead, echo->text, scan->state->quote);
    }
    switch (token) {
    case DOUBLE_QUOTED_START:
        return extent_of_value(ahead, "\"");
    case SINGLE_QUOTED_START:
        return extent_of_value(ahead, "'");
    case BARE_START:
        return extent_of_bare(ahead);
    default:
        return extent_of_arguments(ahead);
    }
}

// Where an expression may begin: measures it.
static bool scan_start(const Scan *scan, enum Token token) {
    skip_space(scan);
    mark(scan);
    Ahead ahead = ahead_from(scan->lexer);
    Extent extent = extent_from(scan, &ahead, token);
    uint32_t end = extent.end;
    if (token == ARGUMENT_START && extent.first_comma < end) {
        end = extent.first_comma;
        extent.is_closed = true;
    }
    uint32_t word = extent.first_in < end ? extent.first_in : extent.last_as;
    if (token == LOOP_START && word > 0 && word < end) {
        end = word;
        extent.is_closed = true;
    }
    if (token == PATTERN_START && extent.first_arrow < end) {
        end = extent.first_arrow;
        extent.is_closed = true;
    }
    uint32_t length = trimmed(&ahead, end);
    const EchoKind *echo = echo_of(token);
    if (length == 0 && extent.is_closed && echo) {
        (void)ahead_at(&ahead, (uint32_t)strlen(echo->text));
        mark(scan);
        ahead_free(&ahead);
        return emit(scan, echo->close);
    }
    ahead_free(&ahead);
    if (length == 0) {
        return (!extent.is_closed || token == BARE_START) && emit(scan, UNCLOSED);
    }
    emit_start(scan, token, extent, length);
    return true;
}

// A piece of an expression: text in single quotes, which is not Rust, or what is up to it.
static bool scan_piece(const Scan *scan) {
    State *state = scan->state;
    Ahead ahead = ahead_from(scan->lexer);
    RustLexer lexer = {.ahead = &ahead, .limit = state->left};
    bool is_text = false;
    uint32_t end = 0;
    while (end < state->left) {
        RustToken token;
        (void)rust_at(&lexer, lexer.at);
        mark(scan);
        Lexed lexed = rust_next(&lexer, &token);
        if (lexed == LEX_ENDED) {
            break;
        }
        if (lexed == LEX_UNCLOSED) {
            end = state->left;
            break;
        }
        if (token.lexeme == LEX_QUOTED) {
            is_text = end == 0;
            end = is_text ? token.end : end;
            break;
        }
        end = lexer.at;
    }
    if (is_text || end == state->left) {
        (void)ahead_at(&ahead, end);
        mark(scan);
    }
    ahead_free(&ahead);
    if (end == 0) {
        return false;
    }
    state->left -= end < state->left ? end : state->left;
    return emit(scan, is_text ? STRING : RUST);
}

// Behind the name in an end tag, which may go on with an echo: `</h{{ level }}>`.
static bool scan_end_of_end_tag(const Scan *scan) {
    skip_space(scan);
    mark(scan);
    if (peek(scan) == '{') {
        return scan_brace(scan, END_TAG_UNCLOSED);
    }
    return peek(scan) != '>' && emit(scan, END_TAG_UNCLOSED);
}

static bool scan(const Scan *scan) {
    const bool *valid = scan->valid;
    State *state = scan->state;
    if (valid[ERROR_SENTINEL]) {
        return false;
    }
    if (state->left > 0) {
        return (valid[RUST] || valid[STRING]) && scan_piece(scan);
    }
    if (state->is_unclosed) {
        state->is_unclosed = false;
        mark(scan);
        return emit(scan, UNCLOSED);
    }
    for (uint32_t at = 0; at < ECHO_KINDS; at++) {
        if (valid[ECHOES[at].close] && !valid[ECHOES[at].start]) {
            return scan_echo_close(scan, &ECHOES[at]);
        }
    }
    for (enum Token token = ARGUMENT_START; token <= BARE_START; token++) {
        // A value may begin in each of its forms: what stands there decides.
        if (valid[token] && token != BARE_START) {
            return scan_start(scan, token);
        }
    }
    if (valid[BARE_START]) {
        skip_space(scan);
        int32_t c = peek(scan);
        return c != '"' && c != '\'' && scan_start(scan, BARE_START);
    }
    if (valid[TAG_NAME]) {
        return scan_start_name(scan);
    }
    if (valid[STRAY_END_NAME]) {
        return scan_end_name(scan);
    }
    if (valid[RUST_CODE] || valid[VERBATIM_TEXT] || valid[PHP_CODE]) {
        return scan_raw(scan);
    }
    if (valid[TEXT_CHUNK]) {
        return scan_content(scan);
    }
    if (valid[DOUBLE_QUOTED_CHUNK] || valid[SINGLE_QUOTED_CHUNK]) {
        return scan_value(scan);
    }
    if (valid[ATTRIBUTE_NAME]) {
        return scan_in_tag(scan);
    }
    if (valid[UNQUOTED_CHUNK]) {
        uint8_t top = frames_top(&state->frames).type;
        bool in_component = top == FRAME_COMPONENT || top == FRAME_SLOT;
        bool is_behind_space = is_space(peek(scan));
        skip_space(scan);
        mark(scan);
        // In the tag of a component, what stands behind a space is the next attribute, unless it is in quotes.
        if (in_component && is_behind_space && peek(scan) != '"' && peek(scan) != '\'') {
            return emit(scan, UNCLOSED);
        }
        return scan_unquoted(scan, true);
    }
    return valid[END_TAG_UNCLOSED] && scan_end_of_end_tag(scan);
}

void *tree_sitter_forge_external_scanner_create(void) { return ts_calloc(1, sizeof(State)); }

void tree_sitter_forge_external_scanner_destroy(void *payload) { ts_free(payload); }

// Where in a serialized state what is kept. The frames come behind it.
enum { AT_LEFT = 0, AT_COUNT = 4, AT_UNCLOSED = 8, AT_BEFORE, AT_QUOTE, AT_VALUE, AT_FRAMES };

unsigned tree_sitter_forge_external_scanner_serialize(void *payload, char *buffer) {
    const State *state = payload;
    memcpy(buffer + AT_LEFT, &state->left, sizeof(uint32_t));
    memcpy(buffer + AT_COUNT, &state->frames.count, sizeof(uint32_t));
    buffer[AT_UNCLOSED] = (char)state->is_unclosed;
    buffer[AT_BEFORE] = (char)state->before;
    buffer[AT_QUOTE] = (char)state->quote;
    buffer[AT_VALUE] = (char)state->value;
    unsigned size = AT_FRAMES;
    for (uint32_t at = 0; at < state->frames.count && at < FRAMES_MAX; at++) {
        Frame frame = state->frames.list[at];
        buffer[size] = (char)frame.type;
        buffer[size + 1] = (char)frame.place;
        memcpy(buffer + size + 2, &frame.id, sizeof(uint32_t));
        size += FRAME_BYTES;
    }
    return size;
}

void tree_sitter_forge_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    State *state = payload;
    *state = (State){0};
    if (length < AT_FRAMES) {
        return;
    }
    memcpy(&state->left, buffer + AT_LEFT, sizeof(uint32_t));
    memcpy(&state->frames.count, buffer + AT_COUNT, sizeof(uint32_t));
    state->is_unclosed = buffer[AT_UNCLOSED];
    state->before = (uint8_t)buffer[AT_BEFORE];
    state->quote = (uint8_t)buffer[AT_QUOTE];
    state->value = (uint8_t)buffer[AT_VALUE];
    unsigned size = AT_FRAMES;
    for (uint32_t at = 0; size + FRAME_BYTES <= length; at++, size += FRAME_BYTES) {
        Frame *frame = &state->frames.list[at];
        frame->type = (uint8_t)buffer[size];
        frame->place = (uint8_t)buffer[size + 1];
        memcpy(&frame->id, buffer + size + 2, sizeof(uint32_t));
    }
}

bool tree_sitter_forge_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    Scan current = {.state = payload, .lexer = lexer, .valid = valid};
    return scan(&current);
}
