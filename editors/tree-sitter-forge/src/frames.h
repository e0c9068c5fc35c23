// What is open: elements, components, slots and blocks, innermost last. An end finds its beginning here.
#ifndef FORGE_FRAMES_H
#define FORGE_FRAMES_H

#include <string.h>

#include "ahead.h"
#include "directives.h"

typedef enum { FRAME_LOST, FRAME_ELEMENT, FRAME_SCRIPT, FRAME_STYLE, FRAME_COMMENT, FRAME_COMPONENT, FRAME_SLOT, FRAME_BLOCK } FrameType;

// Where a block stands.
typedef enum { IN_CONTENT, IN_TAG, IN_VALUE } Place;

typedef struct {
    uint8_t type;
    uint8_t place;
    // Of a name, or the kind of a block. A slot without a name in its tag has none.
    uint32_t id;
} Frame;

#define FRAME_BYTES 6
// As many as fit into the 1024 bytes of a serialized state. What is open beyond is only counted: nothing closes it.
#define FRAMES_MAX 168
#define NO_FRAME UINT32_MAX

typedef struct {
    uint32_t count;
    Frame list[FRAMES_MAX];
} Frames;

#define NAME_MAX_LENGTH 128

// A name as far as it was read, in lower case for elements.
typedef struct {
    char text[NAME_MAX_LENGTH];
    uint32_t length;
} Name;

static uint32_t name_hash(const char *text, uint32_t length) {
    uint32_t hash = 2166136261u;
    for (uint32_t at = 0; at < length; at++) {
        hash = (hash ^ (uint8_t)text[at]) * 16777619u;
    }
    return hash ? hash : 1;
}

static uint32_t name_id(const Name *name) { return name_hash(name->text, name->length); }

static bool name_is(const Name *name, const char *text) {
    return name->length == strlen(text) && memcmp(name->text, text, name->length) == 0;
}

static void name_push(Name *name, int32_t c) {
    if (name->length < NAME_MAX_LENGTH) {
        name->text[name->length++] = (char)c;
    }
}

static void frames_push(Frames *frames, FrameType type, uint32_t id, Place place) {
    if (frames->count < FRAMES_MAX) {
        frames->list[frames->count] = (Frame){.type = type, .place = place, .id = id};
    }
    frames->count++;
}

static Frame frames_at(const Frames *frames, uint32_t index) {
    return index < FRAMES_MAX && index < frames->count ? frames->list[index] : (Frame){.type = FRAME_LOST};
}

static void frames_pop(Frames *frames) { frames->count -= frames->count > 0; }

static Frame frames_top(const Frames *frames) {
    return frames_at(frames, frames->count - 1);
}

static bool is_at_top(const Frames *frames, uint32_t index) { return index + 1 == frames->count; }

// How text is read: as that of a script, of a style sheet, of a comment, or as markup.
static FrameType frames_mode(const Frames *frames) {
    for (uint32_t at = frames->count; at-- > 0;) {
        uint8_t type = frames_at(frames, at).type;
        if (type == FRAME_SCRIPT || type == FRAME_STYLE || type == FRAME_COMMENT) {
            return type;
        }
    }
    return FRAME_ELEMENT;
}

static uint32_t frames_find_type(const Frames *frames, FrameType type) {
    for (uint32_t at = frames->count; at-- > 0;) {
        if (frames_at(frames, at).type == type) {
            return at;
        }
    }
    return NO_FRAME;
}

// The element that `</name>` closes. An end in a block or component does not close what is around that.
static uint32_t frames_find_element(const Frames *frames, const Name *name) {
    for (uint32_t at = frames->count; at-- > 0;) {
        Frame frame = frames_at(frames, at);
        if (frame.type != FRAME_ELEMENT) {
            return NO_FRAME;
        }
        if (frame.id == name_id(name)) {
            return at;
        }
    }
    return NO_FRAME;
}

// The component or slot that `</x-name>` closes, through whatever is open within it. `name` is without `x-`.
static uint32_t frames_find_component(const Frames *frames, const Name *name) {
    bool is_slot = name_is(name, "slot");
    bool is_named_slot = name->length > 5 && memcmp(name->text, "slot:", 5) == 0;
    uint32_t slot_id = is_named_slot ? name_hash(name->text + 5, name->length - 5) : 0;
    for (uint32_t at = frames->count; at-- > 0;) {
        Frame frame = frames_at(frames, at);
        if (is_slot || is_named_slot) {
            if (frame.type == FRAME_SLOT && (is_slot || frame.id == 0 || frame.id == slot_id)) {
                return at;
            }
        } else if (frame.type == FRAME_COMPONENT && frame.id == name_id(name)) {
            return at;
        }
    }
    return NO_FRAME;
}

static bool lists(const uint8_t *kinds, uint8_t kind) {
    for (; *kinds != KIND_NONE; kinds++) {
        if (*kinds == kind) {
            return true;
        }
    }
    return false;
}

// The innermost block that the directive continues or ends. In a tag or a value, only what began there.
static uint32_t frames_find_block(const Frames *frames, uint8_t kind, Place place) {
    bool is_branch = DIRECTIVES[kind].shape != SHAPE_CLOSER;
    for (uint32_t at = frames->count; at-- > 0;) {
        Frame frame = frames_at(frames, at);
        if (place != IN_CONTENT && (frame.type != FRAME_BLOCK || frame.place != place)) {
            return NO_FRAME;
        }
        if (frame.type == FRAME_BLOCK) {
            const Directive *opener = &DIRECTIVES[frame.id];
            if (lists(is_branch ? opener->branches : opener->closers, kind)) {
                return at;
            }
        }
    }
    return NO_FRAME;
}

static bool is_one_of(const Name *name, const char *const *list) {
    for (; *list; list++) {
        if (name_is(name, *list)) {
            return true;
        }
    }
    return false;
}

static bool is_void_element(const Name *name) {
    static const char *const VOID[] = {"area",  "base", "br",     "col",   "embed", "hr",  "img", "input",
                                       "link",  "meta", "param",  "source", "track", "wbr", NULL};
    return is_one_of(name, VOID);
}

// What ends where an element of this name begins, of the elements whose end may be left out.
static const char *const *ended_by(const Name *name) {
    static const char *const ITEM[] = {"li", NULL};
    static const char *const TERM[] = {"dt", "dd", NULL};
    static const char *const OPTION[] = {"option", NULL};
    static const char *const GROUP[] = {"option", "optgroup", NULL};
    static const char *const CELL[] = {"td", "th", NULL};
    static const char *const ROW[] = {"td", "th", "tr", NULL};
    static const char *const BODY[] = {"td", "th", "tr", "thead", "tbody", "tfoot", NULL};
    static const char *const RUBY[] = {"rt", "rp", NULL};
    static const char *const PARAGRAPH[] = {"p", NULL};
    static const char *const BLOCKS[] = {"address", "article", "aside",   "blockquote", "details", "div",  "dl",   "fieldset",
                                         "figure",  "footer",  "form",    "h1",         "h2",      "h3",   "h4",   "h5",
                                         "h6",      "header",  "hgroup",  "hr",         "main",    "menu", "nav",  "ol",
                                         "p",       "pre",     "section", "table",      "ul",      NULL};
    static const char *const BODIES[] = {"tbody", "thead", "tfoot", NULL};
    if (name_is(name, "li")) return ITEM;
    if (is_one_of(name, TERM)) return TERM;
    if (name_is(name, "option")) return OPTION;
    if (name_is(name, "optgroup")) return GROUP;
    if (is_one_of(name, CELL)) return CELL;
    if (name_is(name, "tr")) return ROW;
    if (is_one_of(name, BODIES)) return BODY;
    if (is_one_of(name, RUBY)) return RUBY;
    if (is_one_of(name, BLOCKS)) return PARAGRAPH;
    return NULL;
}

// Whether the innermost element ends where one of this name begins.
static bool frames_ends_before(const Frames *frames, const Name *name) {
    Frame top = frames_top(frames);
    const char *const *ended = top.type == FRAME_ELEMENT ? ended_by(name) : NULL;
    for (; ended && *ended; ended++) {
        if (top.id == name_hash(*ended, (uint32_t)strlen(*ended))) {
            return true;
        }
    }
    return false;
}

#endif
